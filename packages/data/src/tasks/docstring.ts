import { z } from "zod";
import { pick } from "../arithmetic.ts";
import { AMPLE, defineTask } from "../task.ts";

/** Common nouns that most vocabularies have as one token after a space: names of functions and arguments, and descriptions. */
const words =
  "action address age amount angle answer area array author balance base batch block board body book border bottom box branch buffer button cache call card case cell center chain channel check child city class client clock code color column command comment cost count country cover crime current cycle data date day depth design detail device direction distance door drive edge email end energy engine entry error event example factor feature field file files filter fire flag floor focus folder force form format frame front function future game gas gate goal grade graph green ground group growth guide hand head health heart height history host hour house image impact index input issue item job key land language layer leader left length letter level library light limit line link list load loan location lock log machine mail map mark market master match matter member memory message metal method middle minute mode model money month mood mother motion mouth name net network news night node noise note number object offer office oil option order output owner page pair paper parent part party path pattern people period person phase phone photo piece place plan plant plate play point policy pool port position post power present press price print prior problem process product profile project proof prize quality query question queue race radio range rank rate reason record region report request result return review right ring risk river road role root round route row rule safety sale sample scale school science score screen search season seat section seed series server service session set shape share shift shop side sign signal site size skill sleep snow soil song sort sound source space speed spot staff stage start state station status step stock stop storage store story stream street string structure student style subject success supply surface system table target task tax team term test text theme thing threshold time title tone tool top total town trade traffic train travel tree trial trip truth type union unit update user value version video view voice volume wall water wave weather week weight wheel width wind window winner winter word work world year zone".split(
    " ",
  );

/** Arguments in the definition: two that no line describes, three that are described in turn, and one after them. */
const [ARGUMENTS, FIRST_DESCRIBED, ANSWER] = [6, 2, 4];
const DESCRIPTIONS = 2;
/** Words that a pair takes: two times its arguments, a name, a purpose, and each line's argument and description. */
const MOST_WORDS = 2 * ARGUMENTS + 1 + 3 + (ANSWER - FIRST_DESCRIBED) * (1 + DESCRIPTIONS);

/**
 * A Python function whose docstring describes its arguments, up to `:param`; the answer is the argument whose turn it is
 * (Heimersheim and Janiak 2023):
 *
 *     def port(self, oil, sea, load, size, files, last):
 *         """stage river land
 *
 *         :param load: crime people
 *         :param size: unit green
 *         :param
 *
 * The answer is `files`, the wrong answer another argument of the definition; the literature takes the best of all others.
 * Corrupted prompts have other arguments: the definition's and the docstring's are replaced by different random words, so that
 * no argument is right (`random`, as in the literature), or the answer's is renamed in the definition (`renamed`), and the new
 * name is the corrupted answer.
 */
export const docstring = defineTask({
  name: "docstring",
  description: "The next argument that a Python docstring describes; the arguments are replaced",
  options: z.strictObject({
    corruption: z
      .enum(["random", "renamed"])
      .default("random")
      .describe("which arguments are replaced: all, by other words in the docstring too, or the next one"),
  }),
  defaults: () => AMPLE,
  corruptedAnswerIsToken: true,
  sample(random, { corruption }) {
    const drawn = random.sample(words, MOST_WORDS);
    const take = (count: number) => drawn.splice(0, count);
    const [names, others] = [take(ARGUMENTS), take(ARGUMENTS)];
    const [name, purpose] = [take(1)[0]!, take(3).join(" ")];
    const described = ANSWER - FIRST_DESCRIBED;
    const descriptions = Array.from({ length: described }, () => take(DESCRIPTIONS).join(" "));
    const documented = names.slice(FIRST_DESCRIBED, ANSWER);
    const prompt = (defined: readonly string[], described: readonly string[]) =>
      [
        `def ${name}(self, ${defined.join(", ")}):`,
        `    """${purpose}`,
        "",
        ...described.map((argument, i) => `    :param ${argument}: ${descriptions[i]}`),
        "    :param",
      ].join("\n");
    const renamed = corruption === "renamed";
    const unrelated = take(described);
    const wrong = renamed ? others[ANSWER]! : pick(random, names.toSpliced(ANSWER, 1));
    return {
      kind: "docstring",
      clean: prompt(names, documented),
      corrupted: renamed
        ? prompt(names.with(ANSWER, others[ANSWER]!), documented)
        : prompt(others, unrelated),
      answer: names[ANSWER]!,
      corruptedAnswer: wrong,
      terms: renamed ? [...names, others[ANSWER]!] : [...names, ...others, ...unrelated],
    };
  },
});
