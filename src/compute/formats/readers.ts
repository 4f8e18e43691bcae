/** The reader of each format in `formats.ts`. */
import type { ModelFormat } from "./formats.js";
import { graphModelReader } from "./graphdef/graphModel.js";
import { savedModelReader } from "./graphdef/savedModel.js";
import { kerasArchiveReader } from "./keras/archive.js";
import { kerasH5Reader } from "./keras/h5.js";
import { onnxReader } from "./onnx/model.js";
import type { Reader } from "./reader.js";
import { layersModelReader } from "./tfjs/layersModel.js";

/** In the order in which they are asked: what the name says for sure first, what is known by few signs last. */
export const READERS = {
	"tensorflow-savedmodel": savedModelReader,
	"keras-h5": kerasH5Reader,
	"keras-v3": kerasArchiveReader,
	"tfjs-graph": graphModelReader,
	"tfjs-layers": layersModelReader,
	onnx: onnxReader,
} satisfies Record<ModelFormat, Reader>;
