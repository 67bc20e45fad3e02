import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findServerProgram, TestServer } from "../../../devnet/mongodb.ts";
import { initialiseStore } from "../../../offchain/store/administration.ts";
import { openStore } from "../../../offchain/store/open-store.ts";
import { skipWithout } from "../../support/skip-without.ts";
import { describeSlotTallies } from "./slot-tally-suite.ts";

describe("closed slots in a file", () => {
  const folder = mkdtempSync(join(tmpdir(), "lucid-slots-"));
  after(() => rmSync(folder, { recursive: true }));
  describeSlotTallies(() => openStore({ setting: join(folder, "store.db") }));
});

describe("closed slots on MongoDB", function () {
  this.timeout(60_000);
  let server: TestServer | undefined;
  describeSlotTallies(async (context) => {
    const program = findServerProgram();
    if (program === undefined) return skipWithout(context, "no MongoDB server", "LUCID_REQUIRE_MONGODB");
    server = await TestServer.start(program);
    const setting = server.uri("lucid_slots");
    await initialiseStore(setting, { withRoles: false });
    return await openStore({ setting });
  });
  // After the suite's own, which closes the store.
  after(async () => {
    await server?.stop();
  });
});
