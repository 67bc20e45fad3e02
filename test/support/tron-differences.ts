import { isObject, type Json } from "../../devnet/tron/json/parse-json.ts";

/** Fields whose values are a chain's own: hashes, signatures of witnesses, and what counts votes. */
const ASIDE = new Set([
  "txTrieRoot",
  "parentHash",
  "witness_address",
  "witness_signature",
  "blockID",
  "block",
  "solidityBlock",
  "hash",
]);

/** Where two answers differ, as "path: recorded → ours". Values of the fields that are a chain's own need only be of one type. */
export function differences(recorded: Json | undefined, ours: Json | undefined, path = ""): string[] {
  if (Array.isArray(recorded) && Array.isArray(ours)) return arrayDifferences(recorded, ours, path);
  if (isObject(recorded) && isObject(ours)) {
    const names = [...new Set([...Object.keys(recorded), ...Object.keys(ours)])];
    return names.flatMap((name) => differences(recorded[name], ours[name], `${path}.${name}`));
  }
  if (isPage(recorded) && isPage(ours))
    return titleOf(recorded) === titleOf(ours) ? [] : [`${path}: another page`];
  const name =
    path
      .split(".")
      .at(-1)
      ?.replace(/\[\d+\]$/, "") ?? "";
  const areEqual = ASIDE.has(name) ? typeof recorded === typeof ours : recorded === ours;
  return areEqual ? [] : [`${path || "."}: ${shown(recorded)} → ${shown(ours)}`];
}

function arrayDifferences(recorded: readonly Json[], ours: readonly Json[], path: string): string[] {
  const length = Math.max(recorded.length, ours.length);
  return Array.from({ length }, (_, index) =>
    differences(recorded[index], ours[index], `${path}[${index}]`),
  ).flat();
}

/** Pages of errors name servlets by their addresses in memory; what they say is in the title. */
const isPage = (value: Json | undefined): value is string =>
  typeof value === "string" && value.startsWith("<html>");
const titleOf = (page: string) => /<title>(.*)<\/title>/.exec(page)?.[1];

const SHOWN = 120;

function shown(value: Json | undefined): string {
  const text = typeof value === "bigint" ? `${value}` : (JSON.stringify(value) ?? "absent");
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
