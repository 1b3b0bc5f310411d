// "Billing & Payment" in five steps: a link on your settings page that leads your own customer into the portal.
import { createServer } from 'node:http';
import { env } from 'node:process';
import { portalSessionUrl } from './bursar.mjs';

const SIGNED_IN = { 'session-of-mira': 'mira' }; // your own sessions, by cookie
const CUSTOMERS = { mira: env.BURSAR_CUSTOMER }; // your own users' ids in Bursar

async function answer(request) {
  const cookie = /(?:^|; )session=([^;]*)/.exec(request.headers.cookie ?? '');
  const user = SIGNED_IN[cookie?.[1]]; // 2. check your own login, always
  if (!user) return [401, { 'Content-Type': 'text/plain' }, 'Sign in first.'];
  if (request.url === '/settings') { // 1. the link
    return [200, { 'Content-Type': 'text/html' }, '<a href="/billing-and-payment">Billing &amp; Payment</a>'];
  }
  if (request.url !== '/billing-and-payment') return [404, {}, ''];
  const customer = CUSTOMERS[user]; // 3. look the customer's id up, never take it from the request
  const url = await portalSessionUrl({ url: env.BURSAR_URL, apiKey: env.BURSAR_API_KEY }, customer); // 4. make the address
  return [303, { Location: url, 'Cache-Control': 'no-store' }, '']; // 5. and go there: it works once, for five minutes
}

createServer(async (request, response) => {
  const [status, headers, body] = await answer(request).catch((error) => [502, {}, error.message]);
  response.writeHead(status, headers).end(body);
}).listen(env.PORT, '127.0.0.1');
