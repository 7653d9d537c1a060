import { z } from "zod";
import { pick } from "../arithmetic.ts";
import { AMPLE, defineTask } from "../task.ts";

/** The templates of Wang et al. (2022); A and B are the names, in the order in which they first occur. */
const templates = [
  "Then, A and B went to the PLACE. S gave a OBJECT to",
  "Then, A and B had a lot of fun at the PLACE. S gave a OBJECT to",
  "Then, A and B were working at the PLACE. S decided to give a OBJECT to",
  "Then, A and B were thinking about going to the PLACE. S wanted to give a OBJECT to",
  "Then, A and B had a long argument, and afterwards S said to",
  "After A and B went to the PLACE, S gave a OBJECT to",
  "When A and B got a OBJECT at the PLACE, S decided to give it to",
  "When A and B got a OBJECT at the PLACE, S decided to give the OBJECT to",
  "While A and B were working at the PLACE, S gave a OBJECT to",
  "While A and B were commuting to the PLACE, S gave a OBJECT to",
  "After the lunch, A and B went to the PLACE. S gave a OBJECT to",
  "Afterwards, A and B went to the PLACE. S gave a OBJECT to",
  "Then, A and B had a long argument. Afterwards S said to",
  "The PLACE A and B went to had a OBJECT. S gave it to",
  "Friends A and B found a OBJECT at the PLACE. S gave it to",
];

const names =
  "Michael Christopher Jessica Matthew Ashley Jennifer Joshua Amanda Daniel David James Robert John Joseph Andrew Ryan Brandon Jason Justin Sarah William Jonathan Stephanie Brian Nicole Nicholas Anthony Heather Eric Elizabeth Adam Megan Melissa Kevin Steven Thomas Timothy Christina Kyle Rachel Laura Lauren Amber Brittany Danielle Richard Kimberly Jeffrey Amy Crystal Michelle Tiffany Jeremy Benjamin Mark Emily Aaron Charles Rebecca Jacob Stephen Patrick Sean Erin Jamie Kelly Samantha Nathan Sara Dustin Paul Angela Tyler Scott Katherine Andrea Gregory Erica Mary Travis Lisa Kenneth Bryan Lindsey Kristen Jose Alexander Jesse Katie Lindsay Shannon Vanessa Courtney Christine Alicia Cody Allison Bradley Samuel".split(
    " ",
  );
const places = ["store", "garden", "restaurant", "school", "hospital", "office", "house", "station"];
const objects = ["ring", "kiss", "bone", "basketball", "computer", "necklace", "drink", "snack"];

/**
 * `Then, Mary and John went to the store. John gave a drink to`, whose answer is the indirect object, Mary; the wrong
 * answer is the subject, John (Wang et al. 2022). The subject's second mention is replaced: by the indirect object, which
 * exchanges the answers (`flip`: MIB's default, EAP-IG's `corrupted_hard`), or by a third name (`third-name`: EAP-IG's
 * `corrupted`). In prompts of kind ABBA the indirect object is named first, in those of kind BABA the subject.
 */
export const ioi = defineTask({
  name: "ioi",
  description: "Indirect object identification: to whom the subject gives something; the giver is replaced",
  options: z.strictObject({
    corruption: z
      .enum(["flip", "third-name"])
      .default("flip")
      .describe("who gives in the corrupted prompt: the indirect object (flip), or somebody else"),
  }),
  defaults: () => AMPLE,
  balanced: () => ["ABBA", "BABA"],
  corruptedAnswerIsToken: true,
  sample(random, { corruption }) {
    const kind = pick(random, ["ABBA", "BABA"]);
    const [object, subject, third] = random.sample(names, 3) as [string, string, string];
    const giver = corruption === "flip" ? object : third;
    const [first, second] = kind === "ABBA" ? [object, subject] : [subject, object];
    const fixed = pick(random, templates)
      .replace("PLACE", pick(random, places))
      .replaceAll("OBJECT", pick(random, objects))
      .replace("A and B", `${first} and ${second}`);
    const prompt = (name: string) => fixed.replace(/\bS\b/, name);
    return {
      kind,
      clean: prompt(subject),
      corrupted: prompt(giver),
      answer: object,
      corruptedAnswer: subject,
      terms: [object, subject, giver],
    };
  },
});
