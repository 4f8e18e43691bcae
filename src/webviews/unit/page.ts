/** Entry of the page "Unit". */
import { registerToolkit } from "../ui/toolkit.js";
import "../ui/base.css";
import "../ui/chartColours.css";
import "../ui/page.css";
import "../ui/pictures.css";
import "../probe/colours.css";
import "./page.css";
import "./app.js";

registerToolkit();
