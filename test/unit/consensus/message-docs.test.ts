import { readFileSync } from "node:fs";
import { expect } from "chai";
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
});
