/** One line for files that are models but not read: what they are and what to do. */
import { extname } from "node:path";

const ADVICE: Readonly<Record<string, string>> = {
	".pt":
		"a PyTorch file holds pickled code, which is never run. Export the model with torch.onnx.export and open the .onnx file",
	".pkl": "a pickle holds code, which is never run. Save the model as .keras or .onnx",
	".safetensors": "safetensors files hold weights without a graph. Save the whole model as .keras or .onnx",
	".tflite": "TensorFlow Lite models are not read. Use the Keras model (.keras or .h5) it was converted from",
	".mlmodel": "Core ML models are not read. Use the Keras model (.keras or .h5) it was converted from",
	".pb":
		"a TensorFlow graph without its variables is not read. Save the model as a SavedModel (model.export or tf.saved_model.save) and open its folder",
};

const SAME_ADVICE: Readonly<Record<string, string>> = {
	".pth": ".pt",
	".ckpt": ".pt",
	".pickle": ".pkl",
	".mlpackage": ".mlmodel",
};

/** What to do with a file of this name; null where its extension says nothing. */
export function adviceFor(path: string): string | null {
	const extension = extname(path).toLowerCase();
	const key = SAME_ADVICE[extension] ?? extension;
	return Object.hasOwn(ADVICE, key) ? (ADVICE[key] as string) : null;
}

/** The advice for PyTorch, whose files are zip archives too. */
export const PYTORCH_ADVICE = ADVICE[".pt"] as string;
