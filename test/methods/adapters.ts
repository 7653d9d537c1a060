/** Every kind of adapter, trained through Nx, against PEFT from the same start. */
import { checkpointsSchema, gradientsSchema, metricsSchema } from "@ft/artifacts";
import { tensorsOfRows } from "@ft/model";
import { describe, expect, test } from "vitest";
import { expectAllClose } from "../../packages/backend/src/testing/all-close.ts";
import { adapterPlans } from "./experiment.ts";
import { tensor, tensorNames, trained } from "./fixtures.ts";
import { tableOf } from "./results.ts";

/** Float32 against float64, over six updates of Adam, which magnifies small gradients to their sign. */
const TRAINED = { relative: 1e-3 };
/** Float32 against float64 in losses and in norms of gradients of such models. */
const MEASURED = { relative: 1e-4 };

/**
 * Without the biases of keys where dimensions do not rotate: they add the same to every score of a query, so their gradient is 0,
 * and Adam turns its rounding into updates. A head of 8 dimensions has its q, k and v in turn; its first 4 rotate.
 */
function determined(name: string, data: Float32Array): Float32Array {
  if (!name.endsWith("query_key_value.bias")) return data;
  return data.filter((_, i) => !(i % 24 >= 12 && i % 24 < 16));
}

const updates = trained.training.epochs;

test("every plan of adapters was trained by PEFT", () => {
  expect(Object.keys(adapterPlans).sort()).toEqual(Object.keys(trained.runs).sort());
});

describe.each(Object.entries(trained.runs))(
  "adapters of plan %s",
  (plan, { losses, gradientNorms, after }) => {
    test("have PEFT's tensors after training", () => {
      const rows = tableOf("adapters", checkpointsSchema).filter((row) => row.plan === plan);
      const ours = tensorsOfRows(rows.filter(({ step }) => step === updates));
      const names = tensorNames("trained-neox/trained").filter((name) => name.startsWith(`${plan} `));
      // Of the fully trained model the fixture has a part.
      if (plan !== "full")
        expect([...ours.keys()].map((name) => `${plan} ${name}`).sort()).toEqual(names.sort());
      expect(names.length).toBeGreaterThan(0);
      for (const name of names)
        expectAllClose(
          determined(name, ours.get(name.slice(plan.length + 1))!.data),
          determined(name, tensor("trained-neox/trained", name)),
          TRAINED,
        );
    });

    test("have its losses and norms of gradients at every update, and its losses on the other splits", () => {
      const rows = tableOf("adapters", metricsSchema).filter((row) => row.plan === plan);
      const made = rows.filter(({ step }) => step > 0);
      expect(made.map(({ step }) => step)).toEqual(losses.map((_, i) => i + 1));
      expectAllClose(
        made.map(({ loss }) => loss),
        losses,
        MEASURED,
      );
      expectAllClose(
        made.map(({ gradientNorm }) => gradientNorm),
        gradientNorms,
        MEASURED,
      );
      const { circuitLoss, validationLoss } = made.at(-1)!;
      expectAllClose([circuitLoss!, validationLoss!], [after.circuit, after.validation], MEASURED);
    });
  },
);

test("the gradient of the base model has PyTorch's norm for every linear", () => {
  const rows = tableOf("gradients", gradientsSchema);
  const expected = Object.entries(trained.gradientNorms);
  expect(rows).toHaveLength(expected.length);
  for (const { layer, module, norm } of rows) {
    const [, wanted] = expected.find(([name]) => name.includes(`.${layer}.`) && name.endsWith(`.${module}`))!;
    expectAllClose([norm], [wanted], MEASURED);
  }
});
