/** Skips the test for lack of something, with the reason; fails it where LUCID_REQUIRE_MONGODB=1 asks for a server. */
export function skipWithout(context: Mocha.Context, lack: string, isRequired = true): never {
  if (isRequired && process.env.LUCID_REQUIRE_MONGODB === "1") {
    throw new Error(`LUCID_REQUIRE_MONGODB=1, but there is ${lack}`);
  }
  if (context.test !== undefined) context.test.title += ` [skipped: there is ${lack}]`;
  return context.skip();
}
