import { renderDocument } from "../page/document.tsx";
import { style } from "../page/style.ts";
import { VerdictText } from "../page/verdicts.tsx";
import { countVerdicts, type FindingsProps, Mark, pageOf } from "./findings-page.tsx";

interface Entry {
  kind: "claim" | "table" | "figure" | "experiment" | "verdict";
  text: string;
  href: string;
  verdict?: string;
  /** What it says, in a line. */
  note: string;
}

/** Hides the entries that do not contain every word of the search. */
const SEARCH = `
const field = document.querySelector("input");
const entries = [...document.querySelectorAll("li")];
const search = () => {
  const words = field.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let shown = 0;
  for (const entry of entries) {
    const text = entry.textContent.toLowerCase();
    entry.hidden = !words.every((word) => text.includes(word));
    if (!entry.hidden) shown++;
  }
  document.querySelector("output").textContent = shown + " of " + entries.length;
};
field.addEventListener("input", search);
search();
`;

/** What can be found: claims, tables, figures and experiments, then each experiment's verdicts. */
export function indexEntries({
  experiments,
  findings,
  exhibits,
}: Pick<FindingsProps, "experiments" | "findings" | "exhibits">): Entry[] {
  const at = (id: string) => `findings.html#${id}`;
  return [
    ...findings.map((finding): Entry => {
      const { claim, verdict } = finding;
      const note = [countVerdicts(finding), claim.question].filter(Boolean).join(". ");
      return { kind: "claim", text: claim.claim, href: at(`claim-${claim.id}`), verdict, note };
    }),
    ...exhibits.map(
      ({ id, title, figure, caption }): Entry => ({
        ...{ kind: figure ? "figure" : "table", text: title, href: at(id), note: caption.split(". ")[0]! },
      }),
    ),
    ...experiments.map(
      ({ name, results }): Entry => ({
        ...{ kind: "experiment", text: name, href: pageOf(name), note: `${results.example.clean}` },
      }),
    ),
    ...findings.flatMap(({ claim, tasks }) =>
      tasks.map(
        ({ experiment, finding }): Entry => ({
          ...{ kind: "verdict", text: `${experiment}: ${claim.claim}`, verdict: finding.verdict },
          ...{ href: `${pageOf(experiment)}#findings`, note: finding.evidence[0] ?? "" },
        }),
      ),
    ),
  ];
}

/** The list of all pages, claims, tables and figures with a search field, as one HTML document that needs no network. */
export function renderIndex(props: Omit<FindingsProps, "command" | "origin">): string {
  return renderDocument(
    { title: "Experiments, claims, tables and figures", style },
    <>
      <main>
        <h1>Experiments, claims, tables and figures</h1>
        <Mark mark={props.mark} />
        <p>
          <a href="findings.html">All findings on one page</a>
        </p>
        <p class="search">
          <input type="search" placeholder="words to search for" aria-label="search" autofocus /> <output />
        </p>
        <ul class="entries">
          {indexEntries(props).map(({ kind, text, href, verdict, note }) => (
            <li key={`${kind} ${text}`}>
              <span class="quiet">{kind}</span> <a href={href}>{text}</a>{" "}
              {verdict && <VerdictText verdict={verdict} />}
              <div class="quiet">{note}</div>
            </li>
          ))}
        </ul>
      </main>
      {/* Our own script: nothing from outside is in it. */}
      <script dangerouslySetInnerHTML={{ __html: SEARCH }} />
    </>,
  );
}
