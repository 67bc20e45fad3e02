import type { HttpAnswer, HttpQuestion } from "./server.ts";

const METHOD_NOT_ALLOWED = 405;
const NOT_FOUND = 404;

/** The page of a path or a method that the node does not have. */
export function notSupported({ method, path }: HttpQuestion): HttpAnswer {
  if (method !== "GET" && method !== "POST")
    return { status: METHOD_NOT_ALLOWED, contentType: "text/html;charset=iso-8859-1", body: "" };
  const isUnknown = method === "GET" && !/^\/wallet\/broadcast/.test(path);
  const status = isUnknown ? NOT_FOUND : METHOD_NOT_ALLOWED;
  const message = isUnknown ? "Not Found" : `HTTP method ${method} is not supported by this URL`;
  const title = isUnknown ? "Error 404 Not Found" : `Error 405 ${message}`;
  const heading = isUnknown ? "HTTP ERROR 404 Not Found" : `HTTP ERROR 405 ${message}`;
  return {
    status,
    contentType: "text/html;charset=iso-8859-1",
    body: `<html>
<head>
<meta http-equiv="Content-Type" content="text/html;charset=ISO-8859-1"/>
<title>${escaped(title)}</title>
</head>
<body><h2>${escaped(heading)}</h2>
<table>
<tr><th>URI:</th><td>${escaped(path)}</td></tr>
<tr><th>STATUS:</th><td>${status}</td></tr>
<tr><th>MESSAGE:</th><td>${escaped(message)}</td></tr>
</table>
</body>
</html>
`,
  };
}

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
