import { readFileSync } from "node:fs";
import { type Change, OPERATORS } from "./operators.ts";
import { type AstNode, childrenOf, parseSources, rangeOf } from "./solidity-ast.ts";

/** A source with one change. */
export interface Mutant {
  /** What a reader and the list of survivors call it; without a line number, so that it outlives other edits. */
  readonly name: string;
  readonly path: string;
  readonly line: number;
  /** The function it is in; undefined where it is in none. */
  readonly functionName: string | undefined;
  readonly source: string;
}

const DEFINITIONS = new Set(["FunctionDefinition", "VariableDeclaration"]);
/** Where a number says which version or which type, and not what happens. */
const WITHOUT_BEHAVIOUR = new Set(["PragmaDirective", "ImportDirective", "ElementaryTypeName"]);

interface PlacedChange extends Change {
  readonly functionName: string | undefined;
}

function* changesOf(
  node: AstNode,
  outerName: string | undefined,
  textOf: (node: AstNode) => string,
): Generator<PlacedChange> {
  if (WITHOUT_BEHAVIOUR.has(node.nodeType)) return;
  const isDefinition = outerName === undefined && DEFINITIONS.has(node.nodeType);
  const functionName = isDefinition ? node.name || node.kind : outerName;
  for (const operator of OPERATORS) {
    for (const change of operator({ node, textOf })) yield { ...change, functionName };
  }
  // A loop's step is left alone: changed, the loop only never ends, which takes long to find out.
  const loopStep = node.nodeType === "ForStatement" ? node.loopExpression : undefined;
  for (const child of childrenOf(node)) {
    if (child !== loopStep) yield* changesOf(child, functionName, textOf);
  }
}

const oneLine = (text: string) => text.replace(/\s+/g, " ").trim();

/** All mutants of these sources, in the order of the text. */
export function mutantsOf(paths: readonly string[]): Mutant[] {
  return [...parseSources(paths)].flatMap(([path, ast]) => mutantsOfFile(path, ast));
}

function mutantsOfFile(path: string, ast: AstNode): Mutant[] {
  const source = readFileSync(path);
  const cut = (start: number, end: number) => source.subarray(start, end).toString("utf8");
  const textOf = (node: AstNode) => cut(rangeOf(node).start, rangeOf(node).end);
  const timesNamed = new Map<string, number>();
  return [...changesOf(ast, undefined, textOf)]
    .sort((a, b) => a.start - b.start)
    .map(({ start, end, replacement, operator, functionName }) => {
      const name = `${path} ${functionName ?? ""}: ${operator}: ${oneLine(cut(start, end))} -> ${oneLine(replacement)}`;
      const times = (timesNamed.get(name) ?? 0) + 1;
      timesNamed.set(name, times);
      return {
        name: times === 1 ? name : `${name} (${times})`,
        path,
        line: cut(0, start).split("\n").length,
        functionName,
        source: cut(0, start) + replacement + cut(end, source.length),
      };
    });
}
