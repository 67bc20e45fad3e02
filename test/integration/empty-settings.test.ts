import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { assert } from "chai";
import { readSettings } from "../../offchain/config/settings.ts";
import { runJson } from "../support/run-task.ts";

const EXAMPLE = resolve(import.meta.dirname, "../../.env.example");

interface Failure {
  readonly error: { readonly code: string; readonly setting?: string };
}

describe("what is set but empty", function () {
  this.timeout(30_000);

  for (const empty of ["", "  "]) {
    const shown = JSON.stringify(empty);

    it(`is no setting: ${shown}`, () => {
      const names = [...readFileSync(EXAMPLE, "utf8").matchAll(/^#?([A-Z_]+)=/gm)].map(([, name]) => name);
      assert.isAbove(names.length, 10);
      const emptied = Object.fromEntries(names.map((name) => [name, empty]));
      assert.deepEqual(readSettings(emptied), readSettings({}));
    });

    it(`is no key: ${shown}`, async () => {
      // A node's key comes before the registrar's where it is set.
      const environment = { LUCID_NODE_KEY: empty, LUCID_REGISTRAR_KEY: empty };
      const { error } = await runJson<Failure>(["chunk", "prove", "a-session", "0"], environment, 1);
      assert.deepInclude(error, { code: "KEY_MISSING", setting: "LUCID_REGISTRAR_KEY" });
    });
  }
});
