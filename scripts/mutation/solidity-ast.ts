import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const solc = require("solc") as {
  compile(
    input: string,
    callbacks: { import(path: string): { contents: string } | { error: string } },
  ): string;
};

/** A node of solc's AST, with those of its fields that mutants are made from; which it has depends on its type. */
export interface AstNode {
  readonly nodeType: string;
  /** `start:length:file`, in bytes. */
  readonly src: string;
  readonly id: number;
  readonly referencedDeclaration?: number | null;
  readonly name?: string;
  readonly kind?: string;
  readonly operator?: string;
  readonly typeDescriptions?: { readonly typeString?: string };
  readonly constant?: boolean;
  readonly visibility?: string;
  readonly typeName?: AstNode | null;
  readonly value?: unknown;
  readonly modifiers?: readonly AstNode[];
  readonly body?: AstNode | null;
  readonly condition?: AstNode | null;
  readonly falseBody?: AstNode | null;
  readonly expression?: AstNode | null;
  readonly loopExpression?: AstNode | null;
  readonly leftExpression?: AstNode;
  readonly rightExpression?: AstNode;
  readonly leftHandSide?: AstNode;
  readonly rightHandSide?: AstNode;
}

/** The position of a node in its file, in bytes. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

export function rangeOf(node: AstNode): Range {
  const [start, length] = node.src.split(":").map(Number) as [number, number];
  return { start, end: start + length };
}

export function isNode(value: unknown): value is AstNode {
  return typeof value === "object" && value !== null && "nodeType" in value;
}

/** A node's children, in the order in which solc names them. */
export function childrenOf(node: AstNode): AstNode[] {
  return Object.values(node).flat().filter(isNode);
}

function resolveImport(path: string): { contents: string } | { error: string } {
  try {
    return { contents: readFileSync(path.startsWith("contracts/") ? path : require.resolve(path), "utf8") };
  } catch (error) {
    return { error: String(error) };
  }
}

/** The ASTs of sources, by path; asking for another path is an error. */
export interface Asts {
  get(path: string): AstNode;
}

/** Parses sources. Types are resolved, so imports are read too. */
export function parseSources(paths: readonly string[]): Asts {
  const input = {
    language: "Solidity",
    sources: Object.fromEntries(paths.map((path) => [path, { content: readFileSync(path, "utf8") }])),
    settings: { outputSelection: { "*": { "": ["ast"] } } },
  };
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: resolveImport })) as {
    sources: Record<string, { ast: AstNode }>;
    errors?: { severity: string; formattedMessage: string }[];
  };
  const error = output.errors?.find(({ severity }) => severity === "error");
  if (error !== undefined) throw new Error(error.formattedMessage);
  return {
    get(path) {
      const source = output.sources[path];
      if (source === undefined) throw new Error(`${path} was not parsed`);
      return source.ast;
    },
  };
}
