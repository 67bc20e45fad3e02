import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Mutant } from "./mutants.ts";

/** What came of running the tests on a mutant. */
export type Outcome = { readonly kind: "killed"; readonly by: string } | { readonly kind: "survived" };

const CONTRACTS = "contracts";
const TESTS = "test/solidity";
/** What every test leans on. */
const SUPPORT = ["test/solidity/support", "test/vectors"];

interface Known {
  readonly outcome: Outcome;
  /** Digest of the tests that the outcome rests on. */
  readonly tests: string;
}

/**
 * What is known about mutants, kept on disk so that a run that was stopped can be continued. A kill holds as
 * long as the test that killed has not changed; a survival, as long as no test has.
 */
export class Results {
  readonly #file: string;
  readonly #known: Record<string, Known>;
  readonly #contracts = digestOf(CONTRACTS);
  readonly #support = digest(...SUPPORT.map(digestOf));
  readonly #tests = digestOf(TESTS);

  constructor(file: string) {
    this.#file = file;
    this.#known = readKnown(file);
  }

  get(mutant: Mutant): Outcome | undefined {
    const known = this.#known[this.#key(mutant)];
    return known?.tests === this.#testsBehind(known?.outcome) ? known?.outcome : undefined;
  }

  put(mutant: Mutant, outcome: Outcome): void {
    this.#known[this.#key(mutant)] = { outcome, tests: this.#testsBehind(outcome) };
    mkdirSync(dirname(this.#file), { recursive: true });
    writeFileSync(this.#file, JSON.stringify(this.#known));
  }

  #key({ name }: Mutant): string {
    return digest(this.#contracts, name);
  }

  #testsBehind(outcome: Outcome | undefined): string {
    if (outcome?.kind === "killed") return digest(this.#support, readFileSync(outcome.by, "utf8"));
    return digest(this.#support, this.#tests);
  }
}

function digest(...texts: string[]): string {
  return createHash("sha256").update(JSON.stringify(texts)).digest("hex");
}

function digestOf(folder: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  return digest(...files.flatMap((file) => [file, readFileSync(file, "utf8")]));
}

function readKnown(file: string): Record<string, Known> {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw error;
  }
}
