import type { ComponentProps } from "preact";
import { render } from "preact-render-to-string";
import { ReportPage } from "./report-page.tsx";

/** The page as one HTML document that needs no network. */
export function renderPage(props: ComponentProps<typeof ReportPage>): string {
  return `<!doctype html>\n${render(<ReportPage {...props} />)}\n`;
}
