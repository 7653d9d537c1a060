/** JSON.parse keeps the last of two equal keys and says nothing; a file that comes from outside must not get away with it. */

/** A key that stands twice in one object, and the keys that lead to that object. */
export interface DuplicateKey {
  key: string;
  path: string[];
}

/**
 * The first key of `json` that stands twice in the same object, compared after undoing escapes ("a" is "\u0061").
 * @param json valid JSON; call this after JSON.parse accepted it.
 */
export function findDuplicateKey(json: string): DuplicateKey | undefined {
  const open: { keys: Set<string>; last: string }[] = [];
  for (let at = 0; at < json.length; at++) {
    const character = json[at];
    if (character === "{" || character === "[") open.push({ keys: new Set(), last: "" });
    else if (character === "}" || character === "]") open.pop();
    else if (character === '"') {
      const start = at;
      at = closingQuote(json, start);
      if (!isFollowedByColon(json, at)) continue;
      const object = open.at(-1)!;
      const key: string = JSON.parse(json.slice(start, at + 1));
      if (object.keys.has(key)) return { key, path: open.slice(0, -1).map((outer) => outer.last) };
      object.keys.add(key);
      object.last = key;
    }
  }
  return undefined;
}

function closingQuote(json: string, start: number): number {
  let at = start + 1;
  while (json[at] !== '"') at += json[at] === "\\" ? 2 : 1;
  return at;
}

function isFollowedByColon(json: string, quote: number): boolean {
  let at = quote + 1;
  while (json[at] === " " || json[at] === "\n" || json[at] === "\t" || json[at] === "\r") at++;
  return json[at] === ":";
}
