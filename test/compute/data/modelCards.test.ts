import { describe, expect, it } from "vitest";
import { readModelCard } from "../../../src/compute/data/modelCards.js";

const read = (name: string, json: unknown) => readModelCard(`/m/${name}`, JSON.stringify(json));
const processor = (json: object) => read("preprocessor_config.json", { image_processor_type: "X", ...json });

describe("preprocessor_config.json of Hugging Face", () => {
	it("a vision transformer: stretched, to -1..1 by mean and std", () => {
		const vit = {
			do_normalize: true,
			do_rescale: true,
			do_resize: true,
			image_mean: [0.5, 0.5, 0.5],
			image_std: [0.5, 0.5, 0.5],
			image_processor_type: "ViTImageProcessor",
			rescale_factor: 0.00392156862745098,
			size: { height: 384, width: 224 },
		};
		expect(read("preprocessor_config.json", vit)).toEqual({
			path: "/m/preprocessor_config.json",
			because: "preprocessor_config.json beside the model (Hugging Face)",
			preprocessing: { fit: "resize", range: [0, 1], mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
			inputSize: { width: 224, height: 384 },
			classes: null,
			notes: [],
		});
	});

	it("a crop in the middle, and its size", () => {
		const crop = { do_center_crop: true, crop_size: { height: 224, width: 224 }, size: { shortest_edge: 256 } };
		expect(processor(crop)).toMatchObject({ preprocessing: { fit: "crop" }, inputSize: { width: 224, height: 224 } });
		expect(processor({ size: { shortest_edge: 224 }, crop_pct: 0.875 })).toMatchObject({
			preprocessing: { fit: "crop" },
			notes: [
				"preprocessor_config.json asks for the middle 88% of each image; Blindspot takes the largest part that fits.",
			],
		});
		// Older files have numbers.
		expect(processor({ size: 224 })).toMatchObject({
			preprocessing: { fit: "resize" },
			inputSize: { width: 224, height: 224 },
		});
	});

	it("without rescaling bytes stay bytes, another factor gives another range", () => {
		const mean = [123.675, 116.28, 103.53];
		expect(processor({ do_rescale: false, image_mean: mean, image_std: [58, 57, 57] })?.preprocessing).toEqual({
			range: [0, 255],
			mean,
			std: [58, 57, 57],
		});
		expect(processor({ rescale_factor: 1 / 127.5, rescale_offset: true, do_normalize: false })?.preprocessing).toEqual({
			range: [-1, 1],
			mean: null,
			std: null,
		});
		expect(processor({ do_normalize: false, image_mean: mean })?.preprocessing).toMatchObject({ mean: null });
		expect(processor({ do_flip_channel_order: true })?.preprocessing).toMatchObject({ bgr: true, range: [0, 1] });
	});

	it("what has another form is passed over", () => {
		expect(readModelCard("/m/preprocessor_config.json", "{")).toBeNull();
		expect(read("preprocessor_config.json", { feature_size: 80, sampling_rate: 16_000 })).toBeNull();
		const odd = processor({ image_mean: "0.5", image_std: [0, 1, 1], rescale_factor: "a", size: -3 });
		expect(odd).toMatchObject({ preprocessing: {}, inputSize: null });
		expect(processor({ image_mean: [null], image_std: [1, 0, 1] })?.preprocessing).toEqual({
			range: [0, 1],
			mean: null,
			std: null,
		});
	});
});

describe("config.json", () => {
	it("of Hugging Face names the classes", () => {
		const config = { model_type: "resnet", image_size: 96, id2label: { "1": "dog", "0": "n01440764 tench" } };
		expect(read("config.json", config)).toMatchObject({
			preprocessing: {},
			inputSize: { width: 96, height: 96 },
			classes: [
				{ name: "tench", wordNetId: "n01440764" },
				{ name: "dog", wordNetId: null },
			],
		});
		const placeholders = { model_type: "resnet", id2label: { 0: "LABEL_0", 1: "LABEL_1" } };
		expect(read("config.json", placeholders)?.classes).toBeNull();
		expect(read("config.json", { model_type: "resnet", id2label: { 0: "a", 2: "b" } })?.classes).toBeNull();
	});

	it("of timm has mean, std, size, crop and labels", () => {
		const config = {
			architecture: "resnet18",
			num_classes: 2,
			label_names: ["cat", "dog"],
			pretrained_cfg: {
				input_size: [3, 224, 192],
				crop_pct: 0.95,
				crop_mode: "center",
				mean: [0.485, 0.456, 0.406],
				std: [0.229, 0.224, 0.225],
			},
		};
		expect(read("config.json", config)).toMatchObject({
			because: "config.json beside the model (timm)",
			preprocessing: { fit: "crop", range: [0, 1], mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
			inputSize: { width: 192, height: 224 },
			classes: [{ name: "cat" }, { name: "dog" }],
			notes: ["config.json asks for the middle 95% of each image; Blindspot takes the largest part that fits."],
		});
		const squashed = { ...config, pretrained_cfg: { ...config.pretrained_cfg, crop_mode: "squash" } };
		expect(read("config.json", squashed)).toMatchObject({ preprocessing: { fit: "resize" }, notes: [] });
	});

	it("of other tools is none of ours", () => {
		expect(read("config.json", { module: "keras", class_name: "Functional" })).toBeNull();
		expect(read("config.json", ["a"])).toBeNull();
	});
});
