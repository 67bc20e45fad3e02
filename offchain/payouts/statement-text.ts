import canonicalize from "canonicalize";
import { ZeroAddress } from "ethers";
import { z } from "zod";
import { inGroups } from "../in-groups.ts";
import { keccak256Hex } from "../keccak.ts";
import { parseJsonAs } from "../parse-json-as.ts";
import { decodeTronAddress, type TronAddress } from "../tron-address.ts";
import type { CarryReason } from "./distribution.ts";
import { PayoutError } from "./errors.ts";
import { parseMonth } from "./month.ts";
import {
  type CarriedRow,
  type ComposedStatement,
  composeStatement,
  STATEMENT_VERSION,
  type Statement,
  type StatementRow,
} from "./statement.ts";

const ROWS_A_PART = 1_000;
/** Of somebody who is below the minimum, and of a router that pays nobody: a statement does not name it. */
const UNNAMED: TronAddress = { base58: "", hex: ZeroAddress };

/**
 * A statement as canonical JSON (RFC 8785), in parts: a million rows are some 350 MB. Amounts and credits are decimal
 * strings, keys in order, no spaces, no line break at the end.
 */
export function* statementText(statement: Statement): Generator<string> {
  const { month, budget, minimum, chainId, epochs, addressSlot, previous, returned, routers, root } =
    statement;
  yield `{"addressSlot":${addressSlot},"budget":"${budget}","carried":[`;
  yield* listText(statement.carried, carriedText);
  yield `],"chainId":"${chainId}","epochs":${json(epochs)},"minimum":"${minimum}","month":"${month.name}"`;
  yield `,"period":"${month.period}"${previous === undefined ? "" : `,"previous":${json(previous)}`}`;
  yield `,"returned":${json(returned.map((one) => ({ ...one, amount: `${one.amount}` })))}`;
  yield `,"root":"${root}","routers":${json(routers.map((one) => ({ ...one, total: `${one.total}` })))},"rows":[`;
  yield* listText(statement.rows, rowText);
  yield `],"version":${STATEMENT_VERSION}}`;
}

/** keccak256 of the text's bytes, which both signers sign. */
export function statementHash(text: Iterable<Buffer>): string {
  return keccak256Hex(...text);
}

/** The bytes of the text, in parts. */
export function statementBytes(statement: Statement): Buffer[] {
  return [...statementText(statement)].map((part) => Buffer.from(part));
}

/**
 * Reads a statement. It is accepted only if its rows, shares, totals and root follow from its own budget, credits and
 * addresses, and its text is the canonical one.
 *
 * @throws {PayoutError} STATEMENT_MALFORMED
 */
export function parseStatement(bytes: Buffer, file: string): ComposedStatement & { readonly hash: string } {
  const parsed = parseJsonAs(statementSchema, bytes.toString());
  const malformed = (reason: string, cause?: unknown) =>
    new PayoutError({ code: "STATEMENT_MALFORMED", file, reason }, { cause });
  if ("reason" in parsed) throw malformed(parsed.reason, parsed.cause);
  const month = parseMonth(parsed.value.month);
  if (month === undefined) throw malformed(`its month is "${parsed.value.month}"`);
  const { rows, carried, previous, ...head } = parsed.value;
  const all = [...rows, ...carried];
  if (new Set(all.map(({ entityId }) => entityId)).size < all.length)
    throw malformed("it has an entity twice");
  let composed: ComposedStatement;
  try {
    const addresses = new Map(rows.map(({ entityId, to }) => [entityId, decodeTronAddress(to)]));
    for (const { entityId, reason } of carried)
      if (reason === "below-minimum") addresses.set(entityId, UNNAMED);
    composed = composeStatement({
      ...head,
      month,
      previous,
      earned: all,
      carriedOver: new Map(all.map(({ entityId, carry }) => [entityId, carry])),
      addressOf: (entityId) => addresses.get(entityId),
      router: rows[0] === undefined ? UNNAMED : decodeTronAddress(rows[0].router),
    });
  } catch (cause) {
    throw malformed(cause instanceof Error ? cause.message : String(cause), cause);
  }
  const text = statementBytes(composed.statement);
  if (!Buffer.concat(text).equals(bytes)) {
    throw malformed("its rows, totals or root do not follow from its budget, credits and addresses");
  }
  return { ...composed, hash: statementHash(text) };
}

const hash = z.string().regex(/^0x[0-9a-f]{64}$/);
const entityId = z.string().regex(/^0x[0-9a-f]{40}$/);
const tronAddress = z.string().regex(/^T[1-9A-HJ-NP-Za-km-z]{33}$/);
const amount = z
  .string()
  .regex(/^(0|[1-9]\d{0,77})$/)
  .transform(BigInt);
const monthName = z.string().regex(/^\d{4}-\d{2}$/);
const share = { entityId, credits: amount, share: amount, carry: amount, amount };
const reason = z.enum(["below-minimum", "no-address"] satisfies CarryReason[]);

const statementSchema = z.strictObject({
  version: z.literal(STATEMENT_VERSION),
  month: monthName,
  period: amount,
  budget: amount,
  minimum: amount,
  chainId: amount,
  epochs: z.array(z.strictObject({ epoch: z.int().nonnegative(), root: hash })),
  addressSlot: z.int().nonnegative(),
  previous: z.strictObject({ month: monthName, hash }).optional(),
  returned: z.array(z.strictObject({ payoutId: hash, month: monthName, entityId, amount })),
  rows: z.array(z.strictObject({ payoutId: hash, ...share, to: tronAddress, router: tronAddress })),
  carried: z.array(z.strictObject({ ...share, reason })),
  routers: z.array(z.strictObject({ router: tronAddress, total: amount })),
  root: hash,
});

function* listText<Row>(rows: readonly Row[], textOf: (row: Row) => string): Generator<string> {
  let separator = "";
  for (const group of inGroups(rows, ROWS_A_PART)) {
    yield `${separator}${group.map(textOf).join(",")}`;
    separator = ",";
  }
}

/** Hex, base58 and digits need no escapes, so a row is its own canonical form; canonicalize takes ten times as long. */
function rowText(row: StatementRow): string {
  return `{${shareText(row)},"payoutId":"${row.payoutId}","router":"${row.router}","share":"${row.share}","to":"${row.to}"}`;
}

function carriedText(row: CarriedRow): string {
  return `{${shareText(row)},"reason":"${row.reason}","share":"${row.share}"}`;
}

const shareText = ({ amount, carry, credits, entityId }: StatementRow | CarriedRow) =>
  `"amount":"${amount}","carry":"${carry}","credits":"${credits}","entityId":"${entityId}"`;

const json = (value: object): string => canonicalize(value) ?? "";
