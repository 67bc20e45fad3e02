import { type Change, OPERATORS } from "./operators.ts";
import { type AstNode, childrenOf, rangeOf } from "./solidity-ast.ts";

/** A change of one thing in one source. */
export interface Mutant extends Change {
  /** What a reader and the list of survivors call it; without a line number, so that it outlives other edits. */
  readonly name: string;
  readonly path: string;
  readonly line: number;
  /** The function, or constant, that it is in. */
  readonly definition: string;
}

type UnnamedMutant = Change & { readonly definition: string };

const DEFINITIONS = new Set(["FunctionDefinition", "VariableDeclaration"]);
/** Where a number says which version or which type, and not what happens. */
const WITHOUT_BEHAVIOUR = new Set([
  "PragmaDirective",
  "ImportDirective",
  "ElementaryTypeName",
  "ArrayTypeName",
]);

function* changesIn(
  node: AstNode,
  parent: AstNode | undefined,
  outer: string,
  textOf: (node: AstNode) => string,
): Generator<UnnamedMutant> {
  if (WITHOUT_BEHAVIOUR.has(node.nodeType)) return;
  const definition = outer === "" && DEFINITIONS.has(node.nodeType) ? node.name || node.kind || "" : outer;
  for (const operator of OPERATORS) {
    for (const change of operator({ node, parent, textOf })) yield { ...change, definition };
  }
  for (const child of childrenOf(node)) {
    // A loop's step is left alone: changed, the loop only never ends.
    if (child !== node.loopExpression) yield* changesIn(child, node, definition, textOf);
  }
}

const oneLine = (text: string) => text.replace(/\s+/g, " ").trim();

/** All mutants of a source, in the order of the text. */
export function mutantsOf(path: string, source: string, ast: AstNode): Mutant[] {
  const textOf = (node: AstNode) => source.slice(rangeOf(node).start, rangeOf(node).end);
  const timesNamed = new Map<string, number>();
  return [...changesIn(ast, undefined, "", textOf)]
    .sort((a, b) => rangeOf(a.node).start - rangeOf(b.node).start)
    .map((mutant) => {
      const { operator, node, replacement = "", definition } = mutant;
      const name = `${path} ${definition}: ${operator}: ${oneLine(textOf(node))} -> ${oneLine(replacement)}`;
      const times = (timesNamed.get(name) ?? 0) + 1;
      timesNamed.set(name, times);
      return {
        ...mutant,
        name: times === 1 ? name : `${name} (${times})`,
        path,
        line: source.slice(0, rangeOf(node).start).split("\n").length,
      };
    });
}
