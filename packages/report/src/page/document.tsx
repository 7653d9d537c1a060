import type { ComponentChildren, VNode } from "preact";
import { render } from "preact-render-to-string";

/** What a document has besides its body. */
interface Head {
  title: string;
  /** The style sheet, which is ours: it is not escaped. */
  style: string;
  /** Further elements of the head. */
  further?: VNode;
}

/** A page as one HTML document that needs no network. */
export function renderDocument({ title, style, further }: Head, body: ComponentChildren): string {
  const document = (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        {further}
        <title>{title}</title>
        <style dangerouslySetInnerHTML={{ __html: style }} />
      </head>
      <body>{body}</body>
    </html>
  );
  return `<!doctype html>\n${render(document)}\n`;
}
