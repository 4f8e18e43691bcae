/** One line for files that are models but not read: what they are and what to do. */
import { extname } from "node:path";

/** The advice for PyTorch, whose files are zip archives too. */
export const PYTORCH_ADVICE =
	"a PyTorch file holds pickled code, which is never run. Export the model with torch.onnx.export and open the .onnx file";

interface OtherFormat {
	readonly extensions: readonly string[];
	readonly advice: string;
	/** Whether the Models view lists such files. Others of these extensions are mostly no models. */
	readonly isListed: boolean;
}

const OTHER_FORMATS: readonly OtherFormat[] = [
	{ extensions: ["pt", "pth", "ckpt"], advice: PYTORCH_ADVICE, isListed: true },
	{
		extensions: ["pkl", "pickle"],
		advice: "a pickle holds code, which is never run. Save the model as .keras or .onnx",
		isListed: false,
	},
	{
		extensions: ["safetensors"],
		advice: "safetensors files hold weights without a graph. Save the whole model as .keras or .onnx",
		isListed: true,
	},
	{
		extensions: ["tflite"],
		advice: "TensorFlow Lite models are not read. Use the Keras model (.keras or .h5) it was converted from",
		isListed: true,
	},
	{
		extensions: ["mlmodel", "mlpackage"],
		advice: "Core ML models are not read. Use the Keras model (.keras or .h5) it was converted from",
		isListed: true,
	},
	{
		extensions: ["pb"],
		advice:
			"a TensorFlow graph without its variables is not read. Save the model as a SavedModel (model.export or tf.saved_model.save) and open its folder",
		isListed: true,
	},
];

/** Names of the files that the Models view lists with advice: `*.pt`. */
export const LISTED_OTHER_NAMES: readonly string[] = OTHER_FORMATS.flatMap(({ extensions, isListed }) =>
	isListed ? extensions.map((extension) => `*.${extension}`) : [],
);

/** What to do with a file of this name; null where its extension says nothing. */
export function adviceFor(path: string): string | null {
	const extension = extname(path).toLowerCase().slice(1);
	return OTHER_FORMATS.find(({ extensions }) => extensions.includes(extension))?.advice ?? null;
}
