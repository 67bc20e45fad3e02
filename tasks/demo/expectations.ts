import type { Narrator } from "./narrator.ts";

/** What a part of the demo claims: each statement is checked, and one that does not hold fails the demo. */
export class Expectations {
  readonly #narrator: Narrator;
  readonly #failures: string[] = [];

  constructor(narrator: Narrator) {
    this.#narrator = narrator;
  }

  /** The statements that did not hold. */
  get failures(): readonly string[] {
    return this.#failures;
  }

  /** @param statement what holds, as a sentence; found values belong in it */
  expect(holds: boolean, statement: string): void {
    if (holds) return;
    this.#failures.push(statement);
    this.#narrator.say(`DOES NOT HOLD: ${statement}`);
  }
}
