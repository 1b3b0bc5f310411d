// A small site with the portal on its pages. Its one user is always signed in; yours come from your own session.
import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { env } from "node:process";

const here = new URL(".", import.meta.url);
const pages = { "/": "plain.html", "/no-code": "no-code.html" };

createServer(async (request, answer) => {
  const path = request.url.split("?")[0];
  if (path === "/identity") {
    const email = env.BURSAR_EMAIL; // whoever is signed in to your site, never a name that came with the request
    const hash = createHmac("sha256", env.BURSAR_IDENTITY_SECRET).update(email, "utf8").digest("hex");
    answer.writeHead(200, { "Content-Type": "application/json", "Cache-Control": "no-store" });
    answer.end(JSON.stringify({ email, hash }));
  } else if (pages[path]) {
    const page = await readFile(new URL(pages[path], here), "utf8");
    answer.writeHead(200, { "Content-Type": "text/html; charset=utf-8" });
    answer.end(page.replaceAll("https://billing.example", env.BURSAR_URL).replaceAll("pcfg_widget", env.BURSAR_WIDGET));
  } else {
    answer.writeHead(404).end();
  }
}).listen(Number(env.PORT ?? 3000), "127.0.0.1");
