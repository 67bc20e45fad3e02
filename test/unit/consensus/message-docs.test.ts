import { readFileSync } from "node:fs";
import { expect } from "chai";
import { REFUSALS } from "../../../offchain/consensus/rules/proofs/refusal.ts";
import { DOMAIN_NAME, DOMAIN_VERSION } from "../../../offchain/consensus/typed-data/domain.ts";
import {
  type Fields,
  MESSAGE_TYPES,
  STRUCT_TYPES,
} from "../../../offchain/consensus/typed-data/message-types.ts";

const page = readFileSync(new URL("../../../docs/consensus-messages.md", import.meta.url), "utf8");
const listOf = (fields: Fields) => fields.map(({ name, type }) => `${type} ${name}`).join(", ");

describe("docs/consensus-messages.md", () => {
  it("lists every message with its fields in order, and no other", () => {
    const rows = [...page.matchAll(/^\| `(\w+)` \| [^|]+ \| `([^`]+)` \|$/gm)].map(([, name, fields]) => [
      name,
      fields,
    ]);
    const expected = Object.entries<Fields>(MESSAGE_TYPES).map(([name, fields]) => [name, listOf(fields)]);
    expect(rows).to.deep.equal(expected);
  });

  it("shows structs and domain as they are", () => {
    for (const [name, fields] of Object.entries<Fields>(STRUCT_TYPES)) {
      expect(page).to.include(`\`${name}(${listOf(fields)})\``);
    }
    expect(page).to.include(`| \`name\` | \`${DOMAIN_NAME}\` |`);
    expect(page).to.include(`| \`version\` | \`${DOMAIN_VERSION}\` |`);
  });

  it("has every reason for a refusal, in the order of the rules", () => {
    const section = page.slice(page.indexOf("## Why a proof does not count"));
    const reasons = [...section.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, reason]) => reason);
    expect(reasons).to.deep.equal([...REFUSALS]);
  });

  it("has every fault of a block, in the order of the rules", () => {
    const rules = new URL("../../../offchain/consensus/rules/block-faults.ts", import.meta.url);
    const codes = [...readFileSync(rules, "utf8").matchAll(/readonly code: "([A-Z_]+)"/g)].map(
      ([, code]) => code,
    );
    const section = page.slice(
      page.indexOf("## Why a block is refused"),
      page.indexOf("## Receipts as files"),
    );
    const rows = [...section.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, code]) => code);
    expect(codes).to.have.length.above(10);
    expect(rows).to.deep.equal(codes);
  });
});
