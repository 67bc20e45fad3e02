import { findServerProgram, TestServer } from "../../../devnet/mongodb.ts";
import { initialiseStore } from "../../../offchain/store/administration.ts";
import { openStore } from "../../../offchain/store/open-store.ts";
import { skipWithout } from "../../support/skip-without.ts";
import { describeEngine } from "./engine-suite.ts";

describe("store on MongoDB", function () {
  this.timeout(60_000);
  let server: TestServer | undefined;
  describeEngine(async (context) => {
    const program = findServerProgram();
    if (program === undefined) return skipWithout(context, "no MongoDB server", "LUCID_REQUIRE_MONGODB");
    server = await TestServer.start(program);
    const setting = server.uri("lucid_contract");
    await initialiseStore(setting, { withRoles: false });
    return await openStore({ setting });
  });
  // After the suite's own, which closes the store.
  after(async () => {
    await server?.stop();
  });
});
