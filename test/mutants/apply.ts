/** Puts a mutant into a source text. */
import { type ESTree, parseSync, Visitor } from "vite";
import { type Mutant, titleOf } from "./mutant.ts";

/**
 * The source with the mutant in it.
 * @throws Error naming the mutant if its function or expression is missing or ambiguous, or the result does not parse
 */
export function applyMutant(mutant: Mutant, source: string): string {
  const { file, within, from, to } = mutant;
  const fail = (problem: string): never => {
    throw new Error(`mutant ${titleOf(mutant)}: ${problem}`);
  };
  const only = <T>(what: string, found: readonly T[]): T =>
    found.length === 1 ? found[0]! : fail(`${what} occurs ${found.length} times, not once`);
  const place = only(`a declaration of ${within}`, declarations(file, source, within));
  const text = source.slice(place.start, place.end);
  const match = only(`the expression within ${within}`, [...text.matchAll(loosely(from))]);
  const start = place.start + match.index;
  const mutated = source.slice(0, start) + to + source.slice(start + match[0].length);
  if (mutated === source) fail("it changes nothing");
  if (parseSync(file, mutated).errors.length > 0) fail("the mutated source does not parse");
  return mutated;
}

interface Span {
  start: number;
  end: number;
}

/** The declarations of functions, methods and constants of a name. */
function declarations(file: string, source: string, name: string): Span[] {
  const found: Span[] = [];
  const collect = (named: ESTree.Node | null | undefined, { start, end }: Span) => {
    const isIt = (named?.type === "Identifier" || named?.type === "PrivateIdentifier") && named.name === name;
    if (isIt) found.push({ start, end });
  };
  new Visitor({
    FunctionDeclaration: (node) => collect(node.id, node),
    VariableDeclarator: (node) => collect(node.id, node),
    MethodDefinition: (node) => collect(node.key, node),
    Property: (node) => {
      if (node.value.type.includes("Function")) collect(node.key, node);
    },
  }).visit(parseSync(file, source).program);
  return found;
}

/** A pattern for code with any white space, including line breaks. */
function loosely(code: string): RegExp {
  const tokens = code.trim().split(/\s+/);
  return new RegExp(tokens.map((token) => token.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("\\s+"), "g");
}
