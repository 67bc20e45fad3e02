import { type AstNode, childrenOf, rangeOf } from "./solidity-ast.ts";

/** One way in which a mutant differs from the source. */
export interface Change {
  readonly operator: string;
  /** The expression, step or modifier that is changed. */
  readonly node: AstNode;
  /** The replacement; undefined if the code is removed. */
  readonly replacement: string | undefined;
}

/** What an operator is given: the node, the one above it, and how to read source text. */
export interface Site {
  readonly node: AstNode;
  readonly parent: AstNode | undefined;
  readonly textOf: (node: AstNode) => string;
}

type Operator = (site: Site) => Change[];

const SHIFTED: Readonly<Record<string, string>> = { "<": "<=", "<=": "<", ">": ">=", ">=": ">" };
const EXCHANGED: Readonly<Record<string, string>> = {
  "==": "!=",
  "!=": "==",
  "&&": "||",
  "||": "&&",
  "+": "-",
  "-": "+",
  "*": "/",
  "/": "*",
  "%": "/",
  "<<": ">>",
  ">>": "<<",
  "&": "|",
  "|": "&",
  "^": "|",
  "+=": "-=",
  "<<=": ">>=",
  ">>=": "<<=",
};
const STEPS = new Set(["ExpressionStatement", "EmitStatement", "Continue"]);

const isEquality = ({ operator }: AstNode) => operator === "==" || operator === "!=";

function negation(node: AstNode, textOf: Site["textOf"], operator: string): Change[] {
  // An equality is exchanged by its own operator already, which comes to the same.
  if (node.nodeType === "BinaryOperation" && isEquality(node)) return [];
  return [{ operator, node, replacement: `!(${textOf(node)})` }];
}

/** Every condition and every operand of one. */
const negateConditions: Operator = ({ node, textOf }) => {
  const conditions: (AstNode | null | undefined)[] = [];
  if (["IfStatement", "Conditional", "WhileStatement", "ForStatement"].includes(node.nodeType)) {
    conditions.push(node.condition);
  }
  if (node.operator === "&&" || node.operator === "||") {
    conditions.push(node.leftExpression, node.rightExpression);
  }
  return conditions.flatMap((condition) =>
    condition ? negation(condition, textOf, "negate the condition") : [],
  );
};

/** What a function answers by yes or no. */
const negateAnswers: Operator = ({ node, textOf }) => {
  const answer = { Return: node.expression, Assignment: node.rightHandSide }[node.nodeType];
  if (answer?.typeDescriptions?.typeString !== "bool") return [];
  return negation(answer, textOf, "negate the answer");
};

/** Bounds moved by one, and operators exchanged for their counterpart. */
const exchangeOperators: Operator = ({ node, textOf }) => {
  const left = node.leftExpression ?? node.leftHandSide;
  const right = node.rightExpression ?? node.rightHandSide;
  const other = SHIFTED[node.operator ?? ""] ?? EXCHANGED[node.operator ?? ""];
  if (!left || !right || !node.operator || other === undefined) return [];
  const name = node.operator in SHIFTED ? "shift the bound" : "exchange the operator";
  // Brackets of the operands lie outside their nodes, so the operator is looked for between them alone.
  const text = textOf(node);
  const { start } = rangeOf(node);
  const [leftEnd, rightStart] = [rangeOf(left).end - start, rangeOf(right).start - start];
  const between = text.slice(leftEnd, rightStart).replace(node.operator, other);
  const replacement = text.slice(0, leftEnd) + between + text.slice(rightStart);
  return [{ operator: `${name} ${node.operator} ${other}`, node, replacement }];
};

/** Numbers one lower and one higher. */
const shiftNumbers: Operator = ({ node, parent, textOf }) => {
  if (node.nodeType !== "Literal" || node.kind !== "number" || isHashComparedWithZero(parent)) return [];
  const text = textOf(node).replaceAll("_", "");
  const write = (number: bigint) =>
    text.startsWith("0x") ? `0x${number.toString(16).padStart(text.length - 2, "0")}` : `${number}`;
  return [BigInt(text) - 1n, BigInt(text) + 1n]
    .filter((number) => number >= 0n)
    .map((number) => ({ operator: "shift the number", node, replacement: write(number) }));
};

/** Zero is the only number that Solidity compares with bytes32. */
const isHashComparedWithZero = (parent: AstNode | undefined) =>
  parent !== undefined &&
  isEquality(parent) &&
  childrenOf(parent).some(({ typeDescriptions }) => typeDescriptions?.typeString === "bytes32");

/** Guards, modifiers, writes, calls and events left out. */
const leaveOut: Operator = ({ node }) => {
  if (node.nodeType === "ModifierInvocation") {
    // A base's constructor cannot be left out.
    if (node.kind === "baseConstructorSpecifier") return [];
    return [{ operator: "leave out the modifier", node, replacement: undefined }];
  }
  if (node.nodeType === "IfStatement" && !node.falseBody) {
    return [{ operator: "leave out the guarded step", node, replacement: undefined }];
  }
  return STEPS.has(node.nodeType) ? [{ operator: "leave out the step", node, replacement: undefined }] : [];
};

/** Counting the other way round. */
const countBackwards: Operator = ({ node, textOf }) =>
  node.nodeType === "UnaryOperation" && node.operator === "++"
    ? [{ operator: "count backwards", node, replacement: textOf(node).replace("++", "--") }]
    : [];

/** Every way in which a mutant may differ from the source. */
export const OPERATORS: readonly Operator[] = [
  negateConditions,
  negateAnswers,
  exchangeOperators,
  shiftNumbers,
  leaveOut,
  countBackwards,
];
