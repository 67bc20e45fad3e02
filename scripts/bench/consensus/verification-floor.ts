import {
  beaconSample,
  SAMPLE_DOMAIN,
  sampleHash,
  sampleSlotHash,
  sampleWallet,
  signSample,
  storageSample,
  validationSample,
} from "../../../devnet/task-proofs.ts";
import { STORAGE_CHALLENGES_PER_SLOT } from "../../../offchain/consensus/parameters.ts";
import { ProofVerifier } from "../../../offchain/consensus/proofs/verify-proofs.ts";
import type { ProofCase } from "../../../offchain/consensus/rules/proofs/evidence.ts";
import { prove, publicKeyOf } from "../../../offchain/consensus/vrf.ts";
import { median } from "../shared/timing.ts";

const SLOT = 520_000;
const ROUNDS = 5;
const vrfModule = import.meta.resolve("../../../offchain/consensus/vrf.ts");
const bytes = (hex: string) => Buffer.from(hex.slice(2), "hex");
const hex = (value: Uint8Array) => `0x${Buffer.from(value).toString("hex")}`;

/** CPU milliseconds of verifying, and nothing else, what so many nodes prove in a slot. */
export async function verificationFloor(nodes: number): Promise<number> {
  const cases = (await Promise.all(Array.from({ length: nodes }, (_, number) => proofsOf(number)))).flat();
  await using verifier = new ProofVerifier({ domain: SAMPLE_DOMAIN, vrfModule, threads: 1 });
  const times: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const before = process.cpuUsage();
    const refused = (await verifier.verify(cases)).filter((refusal) => refusal !== undefined);
    const { user, system } = process.cpuUsage(before);
    if (refused.length > 0)
      throw new Error(`${refused.length} proofs were refused, the first: ${refused[0]}`);
    if (round > 0) times.push((user + system) / 1_000);
  }
  return median(times);
}

/** A beacon, the answers to all challenges, and a validation. */
async function proofsOf(number: number): Promise<ProofCase[]> {
  const node = sampleWallet(`node ${number}`);
  const place = { node, slot: SLOT };
  const vrfKey = bytes(sampleHash(`vrf ${number}`));
  const vrfProof = hex(prove(vrfKey, bytes(sampleSlotHash(SLOT))));
  const samples = [
    beaconSample(place, vrfProof, hex(publicKeyOf(vrfKey))),
    ...Array.from({ length: STORAGE_CHALLENGES_PER_SLOT }, (_, challenge) => storageSample(place, challenge)),
    await validationSample(place),
  ];
  return await Promise.all(samples.map((sample) => signSample(sample, node)));
}
