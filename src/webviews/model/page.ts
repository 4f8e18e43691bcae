/** Entry of the page "Model". */
import { registerToolkit } from "../ui/toolkit.js";
import "../ui/base.css";
import "../ui/chartColours.css";
import "../ui/page.css";
import "../ui/table.css";
import "./page.css";
import "./graph.css";
import "./app.js";

registerToolkit();
