import { expect } from "chai";
import { chunkParallelism } from "../../../offchain/sessions/chunk-parallelism.ts";
import { MAX_CHUNK_BYTES } from "../../../offchain/sessions/limits.ts";

const MIB = 2 ** 20;
const GIB = 2 ** 30;

describe("how many chunks are worked on at a time", () => {
  it("takes bounded memory, whatever the size, the chunks and the number of threads", () => {
    for (const totalBytes of [1, MIB, 100 * MIB, 2 * GIB, 8192 * GIB]) {
      for (const chunkBytes of [1, 1000, 8 * MIB, MAX_CHUNK_BYTES]) {
        for (const threads of [undefined, 1, 2, 64]) {
          const parallelism = chunkParallelism({ totalBytes, chunkBytes }, threads);
          expect(parallelism.memoryBytes).to.be.at.most(160 * MIB);
          expect(parallelism.threads).to.be.at.least(1);
          expect(parallelism.lanes).to.be.at.least(Math.min(2, Math.ceil(totalBytes / chunkBytes)));
        }
      }
    }
  });

  it("starts no threads for what is done sooner without, and none that would have no chunk", () => {
    expect(chunkParallelism({ totalBytes: 63 * MIB, chunkBytes: MIB }).threads).to.equal(1);
    expect(chunkParallelism({ totalBytes: 500, chunkBytes: 8 * MIB })).to.deep.equal({
      ...{ threads: 1, lanes: 1, memoryBytes: 1000 },
    });
    expect(chunkParallelism({ totalBytes: 3 * MIB, chunkBytes: MIB }, 8).threads).to.equal(3);
  });

  it("has a lane for reading and writing beside those that compute", () => {
    expect(chunkParallelism({ totalBytes: GIB, chunkBytes: 8 * MIB }, 2)).to.include({
      threads: 2,
      lanes: 3,
    });
  });
});
