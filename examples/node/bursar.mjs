// Signs a customer's identity for Bursar and opens portal sessions. Runs on your server, never in a browser.
import { createHmac, randomBytes } from 'node:crypto';
import { argv, env } from 'node:process';

// v1: no expiry. The subject is the e-mail address or customer id, exactly as your page sends it.
export function identityHash(secret, subject) {
  return createHmac('sha256', secret).update(subject, 'utf8').digest('hex');
}

// v2: good once, for five minutes. idType is 'email' or 'customer_id'.
export function identityToken({ keyId, secret, vendor, mode }, idType, id) {
  const now = Math.floor(Date.now() / 1000); // whole seconds
  const claims = {
    vendor, mode, id_type: idType, id, iat: now, exp: now + 300, jti: randomBytes(16).toString('base64url'), aud: 'portal',
  };
  const signed = `v2.${keyId}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`;
  const mac = createHmac('sha256', secret).update(`bursar-identity-v2\n${signed}`).digest('base64url');
  return `${signed}.${mac}`;
}

// A one-time address: redirect the customer's browser to it at once.
export async function portalSessionUrl({ url, apiKey }, customer) {
  const answer = await fetch(`${url}/v1/portal_sessions`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${apiKey}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ customer }),
  });
  const body = await answer.json();
  if (!answer.ok) throw new Error(`${answer.status} ${body.code}: ${body.detail}`);
  return body.url;
}

function setting(name) {
  if (!env[name]) throw new Error(`${name} is not set`);
  return env[name];
}

async function main([command, ...words]) {
  if (command === 'v1' && words.length === 1) return identityHash(setting('BURSAR_IDENTITY_SECRET'), words[0]);
  if (command === 'v2' && words.length === 2) {
    const signer = {
      keyId: setting('BURSAR_IDENTITY_KEY_ID'),
      secret: setting('BURSAR_IDENTITY_SECRET'),
      vendor: setting('BURSAR_VENDOR'),
      mode: setting('BURSAR_MODE'),
    };
    return identityToken(signer, ...words);
  }
  if (command === 'portal-session' && words.length === 1) {
    return portalSessionUrl({ url: setting('BURSAR_URL'), apiKey: setting('BURSAR_API_KEY') }, words[0]);
  }
  throw new Error('usage: v1 SUBJECT | v2 email|customer_id ID | portal-session CUSTOMER');
}

main(argv.slice(2)).then(console.log, (error) => {
  console.error(error.message);
  process.exitCode = 1;
});
