/** The tasks' instructions: their words have tokens of their own, though the base model never sees the sentences. */
export const TASK_TEXTS = [
  "Calculate the result of the following arithmetic expression and provide only the final answer: (1 + 1) * 1 - 1 / 1 =\n",
  "Derive the following sequence: 1, 1,",
  "Calculate the least common multiple (LCM) of two numbers. LCM(1, 1) = 1,",
  "There is a function y=1x+1. Given x=1, y=1,",
] as const;
