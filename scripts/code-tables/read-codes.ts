import ts from "typescript";

/** A code of a closed set, with what the comment beside it says, as Markdown. */
export interface DocumentedCode {
  readonly code: string;
  /** FILE:LINE */
  readonly place: string;
  /** Undefined where no comment says it. */
  readonly meaning: string | undefined;
  /** What to do about it: the text after `@remedy`. */
  readonly remedy: string | undefined;
}

/**
 * The codes of a closed set in the order of its declaration: a union of codes, a union of details with a `code`, or a
 * constant list of codes. The comment of a code is the nearest one: before the code itself, else before the field, else
 * before the interface or the member of the union that it is in.
 *
 * @param file path that places begin with
 * @param text its content
 * @param name of the type or constant
 */
export function readCodes(file: string, text: string, name: string): DocumentedCode[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const placeOf = (node: ts.Node) =>
    `${file}:${source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1}`;

  const documented = (literal: ts.StringLiteral, comment: string | undefined): DocumentedCode => ({
    code: literal.text,
    place: placeOf(literal),
    ...parseComment(comment),
  });

  /** @param outer comment of what the type is in */
  function ofType(type: ts.TypeNode, outer: string | undefined): DocumentedCode[] {
    if (ts.isUnionTypeNode(type)) {
      return type.types.flatMap((member, at) => {
        // A comment stands before the bar, which is not part of the member.
        const from = type.types[at - 1]?.end ?? type.pos;
        return ofType(member, commentAt(text, from) ?? outer);
      });
    }
    if (ts.isLiteralTypeNode(type) && ts.isStringLiteral(type.literal)) {
      return [documented(type.literal, outer)];
    }
    if (ts.isTypeLiteralNode(type)) return ofMembers(type, outer);
    if (ts.isTypeReferenceNode(type)) {
      const declaration = findDeclaration(source, type.typeName.getText(source));
      if (declaration !== undefined && ts.isInterfaceDeclaration(declaration)) {
        return ofMembers(declaration, commentAt(text, declaration.pos) ?? outer);
      }
      if (declaration !== undefined && ts.isTypeAliasDeclaration(declaration)) {
        return ofType(declaration.type, outer);
      }
    }
    throw new Error(`${placeOf(type)}: ${type.getText(source)} is not a code or details with a code.`);
  }

  function ofMembers(
    details: ts.InterfaceDeclaration | ts.TypeLiteralNode,
    outer: string | undefined,
  ): DocumentedCode[] {
    const field = details.members
      .filter(ts.isPropertySignature)
      .find((member) => member.name.getText(source) === "code");
    if (field?.type !== undefined) return ofType(field.type, commentAt(text, field.pos) ?? outer);
    // interface ChunkMissing extends Details<"CHUNK_MISSING">
    const code = ts.isInterfaceDeclaration(details)
      ? details.heritageClauses?.flatMap(({ types }) => types).flatMap((base) => base.typeArguments ?? [])[0]
      : undefined;
    if (code === undefined) throw new Error(`${placeOf(details)}: these details have no code.`);
    return ofType(code, outer);
  }

  const declaration = findDeclaration(source, name);
  if (declaration !== undefined && ts.isTypeAliasDeclaration(declaration)) {
    return ofType(declaration.type, undefined);
  }
  const list = declaration !== undefined && ts.isVariableDeclaration(declaration) && listOf(declaration);
  if (!list) throw new Error(`${file} declares no union or list of codes ${name}.`);
  return list.elements.map((element) => {
    if (ts.isStringLiteral(element)) return documented(element, commentAt(text, element.pos));
    throw new Error(`${placeOf(element)}: ${element.getText(source)} is not a code.`);
  });
}

type Declaration = ts.InterfaceDeclaration | ts.TypeAliasDeclaration | ts.VariableDeclaration;

function findDeclaration(source: ts.SourceFile, name: string): Declaration | undefined {
  return source.statements
    .flatMap((statement): Declaration[] => {
      if (ts.isVariableStatement(statement)) return [...statement.declarationList.declarations];
      return ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement) ? [statement] : [];
    })
    .find((declaration) => declaration.name.getText(source) === name);
}

/** The list of `const NAME = [ … ] as const`. */
function listOf({ initializer }: ts.VariableDeclaration): ts.ArrayLiteralExpression | undefined {
  const value =
    initializer !== undefined && ts.isAsExpression(initializer) ? initializer.expression : initializer;
  return value !== undefined && ts.isArrayLiteralExpression(value) ? value : undefined;
}

/** The last doc comment between a position and what follows it. */
function commentAt(text: string, position: number): string | undefined {
  return (ts.getLeadingCommentRanges(text, position) ?? [])
    .map(({ pos, end }) => text.slice(pos, end))
    .findLast((comment) => comment.startsWith("/**"));
}

function parseComment(comment: string | undefined): Pick<DocumentedCode, "meaning" | "remedy"> {
  const [meaning, remedy] = (comment ?? "")
    .replace(/^\/\*\*|\*\/$/g, "")
    .replace(/^\s*\* ?/gm, "")
    .replace(/\s+/g, " ")
    .split(/(?:^| )@remedy /)
    .map((part) => part.trim());
  return { meaning: meaning || undefined, remedy: remedy || undefined };
}
