import { expect, test } from "vitest";
import { wordTokenizer } from "../../model/src/testing/word-tokenizer.ts";
import { generate } from "./generate.ts";
import { tasks } from "./tasks/index.ts";

const SENTENCES = /Calculate .*?(answer:|numbers\.) |Derive the following sequence: |There is a function /g;

test("the rows of each task with seed 0 do not change", () => {
  const rows = tasks.flatMap((task) =>
    generate({
      sampler: task.sampler({}),
      tokenizer: wordTokenizer(task.name === "greater-than" ? { digits: 2 } : {}),
      examples: 5,
      shares: { circuit: 0.2, validation: 0.2 },
      form: "same",
      seed: 0,
    }),
  );
  const lines = rows.map(({ split, kind, clean, corrupted, answer, corruptedAnswer }) =>
    `${split} ${kind} | ${clean} ${answer} | ${corrupted} ${corruptedAnswer}`
      .replaceAll(SENTENCES, "")
      .replaceAll("\n", "/"),
  );
  expect(lines).toMatchInlineSnapshot(`
    [
      "train add | 69 + 63 = 132 | 69 - 63 = 6",
      "train add | 82 + 45 = 127 | 82 - 45 = 37",
      "train sub | 81 - 1 = 80 | 81 + 1 = 82",
      "validation add | 64 + 18 = 82 | 64 - 18 = 46",
      "circuit add | 74 + 31 = 105 | 74 - 31 = 43",
      "train mul | 162 * 3 = 486 | 103 * 3 = 309",
      "train div | 965 / 5 = 193 | 745 / 5 = 149",
      "train mul | 35 * 5 = 175 | 76 * 5 = 380",
      "validation mul | 79 * 11 = 869 | 82 * 11 = 902",
      "circuit mul | 3 * 17 = 51 | 17 * 17 = 289",
      "train arithmetic | 399, 401, 403, 405, 407 | 399, 401, 403, 442, ",
      "train arithmetic | 84, 104, 124, 144, 164 | 84, 104, 124, 166, ",
      "train arithmetic | 301, 327, 353, 379, 405 | 301, 327, 353, 397, ",
      "validation arithmetic | 331, 405, 479, 553, 627 | 331, 405, 576, 553, ",
      "circuit arithmetic | 64, 133, 202, 271, 340 | 64, 133, 233, 271, ",
      "train multiple | LCM(20, 180) = 180, LCM(18, 126) = 126 | LCM(20, 180) = 180, LCM(30, 240) = 240",
      "train coprime | LCM(31, 11) = 341, LCM(5, 84) = 420 | LCM(31, 11) = 341, LCM(41, 62) = 2542",
      "train common-factor | LCM(340, 170) = 340, LCM(170, 204) = 1020 | LCM(340, 170) = 340, LCM(500, 150) = 1500",
      "validation multiple | LCM(13, 130) = 130, LCM(11, 33) = 33 | LCM(13, 130) = 130, LCM(19, 171) = 171",
      "circuit multiple | LCM(14, 126) = 126, LCM(13, 65) = 65 | LCM(14, 126) = 126, LCM(22, 154) = 154",
      "train function | y=17x+383. Given x=1,2,3,4, y=400,417,434, 451 | y=17x+64. Given x=1,2,3,4, y=81,98,115, 132",
      "train function | y=9x+263. Given x=1,2,3,4, y=272,281,290, 299 | y=9x+131. Given x=1,2,3,4, y=140,149,158, 167",
      "train function | y=1x+301. Given x=1,2,3,4, y=302,303,304, 305 | y=1x+26. Given x=1,2,3,4, y=27,28,29, 30",
      "validation function | y=4x+118. Given x=1,2,3,4, y=122,126,130, 134 | y=4x+113. Given x=1,2,3,4, y=117,121,125, 129",
      "circuit function | y=11x+374. Given x=1,2,3,4, y=385,396,407, 418 | y=11x+401. Given x=1,2,3,4, y=412,423,434, 445",
      "train sub-mul | (8 - 3) * 10 = 50 | (8 - 3) * 31 = 155",
      "train add-mul | (67 + 29) * 5 = 480 | (67 + 29) * 31 = 2976",
      "train add-div | (97 + 1) / 14 = 7 | (97 + 1) / 98 = 1",
      "validation add-mul | (24 + 19) * 18 = 774 | (24 + 19) * 67 = 2881",
      "circuit add-mul | (31 + 4) * 4 = 140 | (31 + 4) * 63 = 2205",
      "train ABBA | When Rebecca and Michael got a snack at the station, Michael decided to give it to Rebecca | When Rebecca and Michael got a snack at the station, Rebecca decided to give it to Michael",
      "train BABA | Then, Sarah and Lindsay were thinking about going to the store. Sarah wanted to give a bone to Lindsay | Then, Sarah and Lindsay were thinking about going to the store. Lindsay wanted to give a bone to Sarah",
      "train ABBA | The restaurant Jose and Christine went to had a drink. Christine gave it to Jose | The restaurant Jose and Christine went to had a drink. Jose gave it to Christine",
      "validation ABBA | Then, Jacob and Lisa had a long argument. Afterwards Lisa said to Jacob | Then, Jacob and Lisa had a long argument. Afterwards Jacob said to Lisa",
      "circuit ABBA | Then, Angela and Amy had a long argument, and afterwards Amy said to Angela | Then, Angela and Amy had a long argument, and afterwards Angela said to Amy",
      "train greater-than | The experiments lasted from the year 1322 to the year 13 33 | The experiments lasted from the year 1301 to the year 13 15",
      "train greater-than | The accord lasted from the year 1596 to the year 15 97 | The accord lasted from the year 1501 to the year 15 23",
      "train greater-than | The assaults lasted from the year 1763 to the year 17 67 | The assaults lasted from the year 1701 to the year 17 19",
      "validation greater-than | The operation lasted from the year 1613 to the year 16 72 | The operation lasted from the year 1601 to the year 16 06",
      "circuit greater-than | The quest lasted from the year 1535 to the year 15 86 | The quest lasted from the year 1501 to the year 15 04",
      "train within-relative-clause | The teacher that the players meet | The teacher that the player meets",
      "train across-prepositional-phrase | The customers across from the trains have | The customer across from the trains has",
      "train simple | The prisoners do | The prisoner does",
      "validation within-relative-clause | The guard that the girl sees | The guard that the girls see",
      "circuit across-relative-clause | The guard that the mother wants does | The guards that the mother wants do",
      "train docstring | def search(self, cover, goal, branch, class, week, left):/    """skill cache story//    :param branch: signal stock/    :param class: memory total/    :param week | def search(self, log, policy, error, plant, system, seed):/    """skill cache story//    :param port: signal stock/    :param machine: memory total/    :param left",
      "train docstring | def price(self, mail, radio, email, health, tool, week):/    """set light town//    :param email: example place/    :param health: history gate/    :param tool | def price(self, layer, network, part, paper, owner, date):/    """set light town//    :param street: example place/    :param root: history gate/    :param health",
      "train docstring | def prize(self, answer, shop, phase, size, people, bottom):/    """child balance offer//    :param phase: scale land/    :param size: fire city/    :param people | def prize(self, author, quality, call, item, world, target):/    """child balance offer//    :param color: scale land/    :param angle: fire city/    :param shop",
      "validation docstring | def phone(self, member, book, buffer, proof, train, safety):/    """sample traffic client//    :param buffer: process function/    :param proof: code city/    :param train | def phone(self, server, set, front, gate, focus, number):/    """sample traffic client//    :param speed: process function/    :param folder: code city/    :param safety",
      "circuit docstring | def winter(self, option, store, land, order, color, center):/    """gas wind theme//    :param land: email subject/    :param order: rate body/    :param color | def winter(self, wave, soil, trial, office, year, machine):/    """gas wind theme//    :param leader: email subject/    :param hand: rate body/    :param option",
    ]
  `);
});
