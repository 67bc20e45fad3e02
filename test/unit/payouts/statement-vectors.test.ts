import { readFileSync } from "node:fs";
import { assert } from "chai";
import { PayoutError } from "../../../offchain/payouts/errors.ts";
import { composeStatement, type StatementInput } from "../../../offchain/payouts/statement.ts";
import { parseStatement, statementBytes, statementHash } from "../../../offchain/payouts/statement-text.ts";
import { statementLeaf, statementProof } from "../../../offchain/payouts/statement-tree.ts";
import { decodeTronAddress } from "../../../offchain/tron-address.ts";

interface Vectors {
  readonly version: number;
  readonly router: string;
  readonly statements: readonly {
    readonly name: string;
    readonly entities: readonly {
      readonly entityId: string;
      readonly credits: string;
      readonly carry: string;
      readonly to?: string;
    }[];
    readonly leaves: readonly string[];
    readonly proofs: readonly (readonly string[])[];
    readonly hash: string;
    readonly text: string;
  }[];
  readonly refused: readonly {
    readonly name: string;
    readonly of: number;
    readonly from: string;
    readonly to: string;
  }[];
}

const FILE = new URL("../../vectors/statements.json", import.meta.url);
const vectors: Vectors = JSON.parse(readFileSync(FILE, "utf8"));
const parse = (text: string) => parseStatement(Buffer.from(text), "statement.json");

/** What the statement of a vector follows from, its entities in reverse. */
function inputOf({ text, entities }: Vectors["statements"][number]): StatementInput {
  const { statement } = parse(text);
  const addresses = new Map(
    entities.map(({ entityId, to }) => [entityId, to === undefined ? undefined : decodeTronAddress(to)]),
  );
  const carries = entities.filter(({ carry }) => carry !== "0");
  return {
    ...statement,
    earned: entities
      .filter(({ credits }) => credits !== "0")
      .map(({ entityId, credits }) => ({ entityId, credits: BigInt(credits) }))
      .toReversed(),
    carriedOver: new Map(carries.map(({ entityId, carry }) => [entityId, BigInt(carry)])),
    addressOf: (entityId) => addresses.get(entityId),
    router: decodeTronAddress(vectors.router),
  };
}

describe("the golden vectors of statements", () => {
  it("are of the version that the code writes", () => {
    assert.equal(vectors.version, 1);
  });

  for (const vector of vectors.statements) {
    it(`${vector.name}: divides, lays out and hashes as by hand`, () => {
      const { statement, tree } = composeStatement(inputOf(vector));
      const bytes = statementBytes(statement);
      assert.equal(Buffer.concat(bytes).toString(), vector.text);
      assert.equal(statementHash(bytes), vector.hash);
      assert.equal(parse(vector.text).hash, vector.hash);
      assert.deepEqual(statement.rows.map(statementLeaf), vector.leaves);
      assert.deepEqual(
        vector.leaves.map((_, index) => tree && statementProof(tree, index)),
        vector.proofs as string[][],
      );
    });
  }

  for (const { name, of, from, to } of vectors.refused) {
    it(`refuse a statement with ${name}`, () => {
      const text = vectors.statements[of]?.text ?? "";
      assert.throws(() => parse(text.replace(from, to)), PayoutError);
      try {
        parse(text.replace(from, to));
      } catch (error) {
        assert.equal((error as PayoutError).code, "STATEMENT_MALFORMED");
      }
    });
  }
});
