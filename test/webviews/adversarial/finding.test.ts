import { describe, expect, it } from "vitest";
import { finding, keptWords, othersLeft } from "../../../src/webviews/adversarial/finding.js";
import type { AdversarialState, Row } from "../../../src/webviews/adversarial/messages.js";
import type { Phase } from "../../../src/webviews/messages.js";
import { BALLOON_FAILED, JAY, LADYBUG_RUNNING, row, SAMPLES } from "../harness/samples.js";

const FACTS = SAMPLES.complete.state.facts;
const RUNNING: Phase = { kind: "running", words: "2 of 3 images", share: 2 / 3 };
const COMPLETE: Phase = { kind: "complete" };
const WAITING = row({ source: "/a/b.png" }, "waiting");
const BROKEN = row({ source: "/a/broken.png", error: "not a PNG" }, "done");
const UNFINISHED = row({ source: "/a/c.png" }, "unfinished");

const say = (rows: readonly Row[], phase: Phase, facts: AdversarialState["facts"] = null) =>
	finding({ rows, phase, facts });

describe("the finding", () => {
	it("is of what has been found so far while a run goes on", () => {
		const said = say([JAY, LADYBUG_RUNNING, BALLOON_FAILED], RUNNING);
		expect(said.headline).toBe("1 of 3 images changed label, at distortion 0.0021.");
		expect(said.control).toBe("Gaussian noise of that size changes it in 0 of 100 tries.");
		expect(said.conditions).toEqual(["1 still running, 1 without an adversarial."]);
	});

	it("does not count a best so far as a result", () => {
		const said = say([LADYBUG_RUNNING, WAITING], RUNNING);
		expect(said.headline).toBe("No image has changed label yet.");
		expect(said.control).toBe("");
		expect(said.conditions).toEqual(["2 of 3 images.", "2 still running."]);
	});

	it("names both labels of a single image", () => {
		const said = say([JAY], COMPLETE, FACTS);
		expect(said.headline).toBe("jay changed to indigo bunting at distortion 0.0021.");
		expect(said.conditions).toEqual(["It still holds after rounding to 8 bits.", "6.6 s, native TensorFlow 2.18.1."]);
	});

	it("gives the median and says how many images noise changes of many", () => {
		const said = say(SAMPLES.many.state.rows.slice(0, 14), COMPLETE);
		expect(said.headline).toBe("All 14 images changed to the target label; median distortion 0.0492.");
		expect(said.control).toBe("Gaussian noise of the same distortion changes the label of 0 of 14 images.");
		expect(said.conditions).toEqual(["All 14 still hold after rounding to 8 bits."]);
	});

	it("says so where one is lost in storage, and where noise alone does it", () => {
		const lost: Row = {
			...JAY,
			image: {
				...JAY.image,
				stored: { success: false, distortion: null, repaired: false },
				control: { samples: 100, changed: 7, interval: [0.03, 0.14] },
			},
		};
		const said = say([JAY, lost], COMPLETE);
		expect(said.headline).toBe("Both images changed label; median distortion 0.00214.");
		expect(said.control).toBe(
			"Gaussian noise of the same distortion changes the label of 1 of 2 images, in 7 of 100 tries.",
		);
		expect(said.conditions).toEqual(["1 of 2 lost when stored as 8 bits."]);
	});

	it("does not call it a target where some had none", () => {
		const targeted: Row = { ...JAY, target: { kind: "next" } };
		expect(say([JAY, targeted], COMPLETE).headline).toContain("changed label;");
		expect(say([targeted, targeted], COMPLETE).headline).toContain("changed to the target label;");
	});

	it("counts what was wrong before the attack", () => {
		const wrong: Row = { ...JAY, image: { ...JAY.image, label: 5 } };
		expect(say([wrong], COMPLETE).conditions[0]).toBe("1 wrong before the attack.");
	});

	it("begins with what was wrong before any change, and never with flips of wrong predictions", () => {
		const wrong: Row = { ...JAY, image: { ...JAY.image, label: 5 } };
		expect(say([wrong, wrong], COMPLETE).headline).toBe("Wrong on 2 of 2 images before any change.");
		expect(say([wrong], COMPLETE).headline).toBe("The image is wrong before any change.");
		const right: Row = { ...JAY, image: { ...JAY.image, label: JAY.image.predicted?.index ?? null } };
		const poor = say([wrong, wrong, right], COMPLETE);
		expect(poor.headline).toBe("Right on only 1 of 3 images before any change.");
		expect(poor.conditions[0]).toContain("The one image that was right changed label");
		expect(say([wrong, right, right], COMPLETE).headline).toContain("Both images that were right changed label");
	});

	it("finds nothing in words that fit the number", () => {
		expect(say([BALLOON_FAILED], COMPLETE).headline).toBe("No adversarial was found.");
		expect(say([BALLOON_FAILED, BALLOON_FAILED], COMPLETE).headline).toBe("None of 2 images changed label.");
		expect(say([BROKEN], COMPLETE).headline).toBe("The image cannot be read.");
		expect(say([BROKEN, BROKEN], COMPLETE).headline).toBe("No image can be read.");
		expect(say([], { kind: "running", words: "Reading tiny-darknet", share: null }).headline).toBe(
			"Reading tiny-darknet",
		);
	});

	it("tells what a cancel left over", () => {
		const said = say([JAY, UNFINISHED, BROKEN], { kind: "cancelled" });
		expect(said.conditions.slice(0, 2)).toEqual(["Cancelled.", "1 not finished, 1 unreadable."]);
		expect(say([UNFINISHED], { kind: "cancelled" }).headline).toBe("No image was finished.");
	});
});

describe("after the process ended", () => {
	it("counts what is kept and what is left", () => {
		const rows = [JAY, UNFINISHED, UNFINISHED, BROKEN];
		expect(keptWords(rows)).toBe("1 of 4 results is kept, 1 image cannot be read. The next run starts a new process.");
		expect(othersLeft(rows)).toBe(2);
		expect(keptWords([UNFINISHED])).toBe("No result is kept. The next run starts a new process.");
	});
});
