import { expect, test } from "vitest";
import { didYouMean, nearest } from "./nearest.js";

const tasks = ["add-sub", "mul-div", "sequence", "lcm"];

test("a misspelt name finds the one that was meant, whatever its case", () => {
  expect(nearest("ad-sub", tasks)).toBe("add-sub");
  expect(nearest("Sequence", tasks)).toBe("sequence");
  expect(nearest("trian", ["data", "train"])).toBe("train");
  expect(nearest("lmc", tasks)).toBeUndefined();
  expect(nearest("lc", tasks)).toBe("lcm");
});

test("a name unlike all others finds none", () => {
  expect(nearest("translation", tasks)).toBeUndefined();
  expect(nearest("", tasks)).toBeUndefined();
  expect(nearest("x", [])).toBeUndefined();
});

test("of equally near names the first is taken", () => {
  expect(nearest("runs", ["run1", "run2"])).toBe("run1");
});

test("a suggestion is worded only if there is one", () => {
  expect(didYouMean("squence", tasks)).toBe("; did you mean `sequence`?");
  expect(didYouMean("translation", tasks)).toBe("");
});
