import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import {
  approveRequest,
  makeRequest,
  type PayoutRequest,
  RequestFolder,
  requestReference,
} from "../../../offchain/payouts/payout-request.ts";
import { PayoutServiceError } from "../../../offchain/payouts/service/errors.ts";
import { openStore } from "../../../offchain/store/open-store.ts";
import type { Store } from "../../../offchain/store/store.ts";
import { APPROVER, PLANNER, SIGNERS } from "../../support/planned-month.ts";
import { CHAIN_ID, KYC, payeeAt, V0 } from "../../support/planned-rows.ts";
import { rejection } from "../../support/rejection.ts";

describe("requests of a single payment", () => {
  let dataDir: string;
  let folder: RequestFolder;
  let store: Store;
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "lucid-request-"));
    folder = new RequestFolder(dataDir);
    store = await openStore({ setting: "memory:" });
  });
  afterEach(async () => {
    await store.close();
    await rm(dataDir, { recursive: true });
  });

  const terms = { signers: SIGNERS, router: V0, chainId: CHAIN_ID };
  const request = (change: Partial<PayoutRequest> = {}): PayoutRequest => ({
    ...{ reference: "INV-7", reason: "Translation", to: payeeAt(1), amount: "5000000" },
    ...{ router: V0, chainId: CHAIN_ID.toString(), ...change },
  });
  const make = async (change: Partial<PayoutRequest> = {}) =>
    await makeRequest(request(change), PLANNER, SIGNERS, folder);
  const approve = async (made: PayoutRequest) =>
    await approveRequest(made, APPROVER, terms, { folder, payouts: store.payouts });

  it("are entered once for the approver's own router and network", async () => {
    const made = await make();
    expect(await approve(made)).to.equal(true);
    expect(await approve(made)).to.equal(false);
  });

  const others: [string, Partial<PayoutRequest>][] = [
    ["router", { router: KYC }],
    ["chainId", { chainId: "1" }],
  ];
  for (const [field, change] of others) {
    it(`for another ${field} are neither signed nor entered, and can be made again`, async () => {
      const made = await make(change);
      const refused = await rejection(approve(made), PayoutServiceError);
      expect(refused.code).to.equal("REQUEST_UNUSABLE");
      expect(refused.message).to.match(new RegExp(`its ${field} is ${made[field as "router"]}`));
      expect((await folder.read("INV-7"))?.approver).to.equal(undefined);
      expect(await store.payouts.countByStatus("pending")).to.equal(0);
      await rm(folder.fileOf("INV-7"));
      expect(await approve(await make())).to.equal(true);
    });
  }

  it("made again with another amount are told both amounts in USDT", async () => {
    await make();
    const differs = await rejection(make({ amount: "12500000" }), PayoutServiceError);
    expect(differs.message).to.include("has the amount 5 USDT, not 12.5 USDT");
    expect(differs.details).to.include({ field: "amount", stored: "5000000", asked: "12500000" });
    const other = await rejection(make({ reason: "Travel" }), PayoutServiceError);
    expect(other.message).to.include("has the reason Translation, not Travel");
  });

  it("are known by a reference in one form", () => {
    expect(requestReference(" INV-7\n")).to.equal("INV-7");
    expect(requestReference("Cafe\u0301 7")).to.equal("Caf\u00e9 7");
    const refused = ["", "  ", "INV\u0000", "INV\n7", "INV\u200b7", "INV\u202e7", "INV\u00a07", "INV\u20287"];
    for (const text of refused) expect(requestReference(text), JSON.stringify(text)).to.equal(undefined);
  });

  it("are not read from a file whose reference is in another form", async () => {
    await make();
    const file = folder.fileOf("INV-7");
    const changed = { ...JSON.parse(await readFile(file, "utf8")), reference: "INV-7 " };
    await writeFile(folder.fileOf("INV-7 "), JSON.stringify(changed));
    const refused = await rejection(folder.read("INV-7 "), PayoutServiceError);
    expect(refused.message).to.match(/not in its normal form/);
  });
});
