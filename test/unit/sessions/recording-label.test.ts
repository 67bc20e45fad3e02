import { expect } from "chai";
import { MAX_LABEL_LENGTH } from "../../../offchain/sessions/limits.ts";
import { recordingLabel } from "../../../offchain/sessions/recording-label.ts";

describe("the label of a recording", () => {
  it("is the name of its file, or its path in the folder that was sealed", () => {
    expect(recordingLabel("/home/somebody/tour.cast", "/home/somebody/tour.cast")).to.equal("tour.cast");
    expect(recordingLabel("/home/somebody/", "/home/somebody/2026/tour.cast")).to.equal("2026/tour.cast");
    expect(recordingLabel("tours", "tours/a.cast")).to.equal("a.cast");
    expect(recordingLabel(".", "a.cast")).to.equal("a.cast");
  });

  it("is text that the store takes, whatever the file is called", () => {
    const long = recordingLabel("/a", `/a/${"folder/".repeat(1_000)}tour.cast`);
    expect(long).to.have.length(MAX_LABEL_LENGTH);
    expect(long.endsWith("/tour.cast")).to.equal(true);
    expect(recordingLabel("/a", "/a/\ud800.cast")).to.equal("\ufffd.cast");
    const pairs = recordingLabel("/a", `/a/${"\u{1f600}".repeat(MAX_LABEL_LENGTH)}x`);
    expect(pairs).to.not.match(/\p{Surrogate}/u);
  });
});
