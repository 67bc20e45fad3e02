import type { DocumentedCode } from "./read-codes.ts";

/** A table of a page, and the closed set of codes that it shows. */
export interface CodeTable {
  /** Of the type or constant that declares the codes. */
  readonly name: string;
  readonly file: string;
  readonly codes: readonly DocumentedCode[];
}

export interface FilledPage {
  /** The page with the rows that its tables should have. */
  readonly text: string;
  readonly tables: readonly CodeTable[];
  /** What is missing beside a code, with its place. */
  readonly faults: readonly string[];
}

/** The lines around a table: everything but its rows is written by hand. */
const TABLE =
  /^(<!-- npm run docs:codes writes this table(, sorted by code,)? from (\w+) in (\S+)\. -->\n\|.*\n\|[-|]+\n)(?:\|.*\n)*(?=<!-- End of the table\. -->$)/gm;

/** Of a table that says what to do: code, meaning, remedy. */
const COLUMNS_WITH_REMEDY = 3;

/**
 * Writes the rows of every table of codes in a page. A table with three columns has the remedy in the third.
 *
 * @param read the codes of a declaration in a file
 */
export function fillTables(
  page: string,
  read: (file: string, name: string) => readonly DocumentedCode[],
): FilledPage {
  const tables: CodeTable[] = [];
  const faults: string[] = [];
  const text = page.replace(
    TABLE,
    (_: string, head: string, sorted: string | undefined, name: string, file: string) => {
      const declared = read(file, name);
      const codes = sorted === undefined ? declared : declared.toSorted(byCode);
      const columns = (head.split("\n")[2] ?? "").split("|").length - 2;
      tables.push({ name, file, codes });
      faults.push(...declared.flatMap((code) => faultsOf(code, columns)));
      return `${head}${codes.map((code) => rowOf(code, columns)).join("")}`;
    },
  );
  return { text, tables, faults };
}

const byCode = (one: DocumentedCode, other: DocumentedCode) => (one.code < other.code ? -1 : 1);

function faultsOf({ code, place, meaning, remedy }: DocumentedCode, columns: number): string[] {
  const hasRemedy = columns === COLUMNS_WITH_REMEDY;
  if (meaning === undefined) return [`${place}: ${code} has no comment that says what it means.`];
  if (hasRemedy && remedy === undefined) return [`${place}: ${code} has no @remedy that says what to do.`];
  if (!hasRemedy && remedy !== undefined) {
    return [`${place}: ${code} has a @remedy, but its table has no third column to show it.`];
  }
  return [];
}

function rowOf({ code, meaning = "", remedy = "" }: DocumentedCode, columns: number): string {
  const cells = [`\`${code}\``, meaning, ...(columns === COLUMNS_WITH_REMEDY ? [remedy] : [])];
  return `| ${cells.map(toCell).join(" | ")} |\n`;
}

/** Pages are in docs/, so they link to each other by name alone. */
const toCell = (text: string) =>
  text.replaceAll("|", "\\|").replace(/(?<![\w/`])docs\/([\w-]+\.md)/g, "[$1]($1)");
