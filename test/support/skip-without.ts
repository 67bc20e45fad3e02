/** What a machine says it must have: the variable that makes a test fail instead of being skipped. */
export type Requirement =
  | "LUCID_REQUIRE_MONGODB"
  | "LUCID_REQUIRE_ANVIL"
  | "LUCID_REQUIRE_GETH"
  | "LUCID_REQUIRE_PROMETHEUS"
  | "LUCID_REQUIRE_CHROMIUM";

/**
 * Skips the test for lack of something, with the reason.
 *
 * @param lack completes "there is ..."
 * @param requirement by which the machine may ask for it; undefined where none does
 */
export function skipWithout(context: Mocha.Context, lack: string, requirement?: Requirement): never {
  if (requirement !== undefined && process.env[requirement] !== undefined) {
    throw new Error(`${requirement} is set, but there is ${lack}`);
  }
  const reason = `[skipped: there is ${lack}]`;
  const runnable = context.test as Mocha.Test | Mocha.Hook | undefined;
  // Titles of hooks are not shown.
  if (runnable?.type === "test") runnable.title += ` ${reason}`;
  else console.log(`      ${reason}`);
  return context.skip();
}
