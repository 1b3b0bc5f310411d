<?php

// Signs a customer's identity for Bursar and opens portal sessions. Runs on your server, never in a browser.

declare(strict_types=1);

// v1: no expiry. The subject is the e-mail address or customer id, exactly as your page sends it.
function identity_hash(string $secret, string $subject): string
{
    return hash_hmac('sha256', $subject, $secret);
}

// v2: good once, for five minutes. $idType is 'email' or 'customer_id'.
function identity_token(
    string $keyId,
    string $secret,
    string $vendor,
    string $mode,
    string $idType,
    string $id
): string {
    $now = time(); // whole seconds
    $claims = [
        'vendor' => $vendor,
        'mode' => $mode,
        'id_type' => $idType,
        'id' => $id,
        'iat' => $now,
        'exp' => $now + 300,
        'jti' => base64url(random_bytes(16)),
        'aud' => 'portal',
    ];
    $signed = "v2.$keyId." . base64url(json_encode($claims, JSON_THROW_ON_ERROR));
    $mac = hash_hmac('sha256', "bursar-identity-v2\n$signed", $secret, true);
    return "$signed." . base64url($mac);
}

// A one-time address: redirect the customer's browser to it at once.
function portal_session_url(string $url, string $apiKey, string $customer): string
{
    $context = stream_context_create(['http' => [
        'method' => 'POST',
        'header' => ["Authorization: Bearer $apiKey", 'Content-Type: application/json'],
        'content' => json_encode(['customer' => $customer], JSON_THROW_ON_ERROR),
        'ignore_errors' => true, // a refusal has a body, too
        'timeout' => 10,
    ]]);
    $answer = file_get_contents("$url/v1/portal_sessions", false, $context);
    if ($answer === false) {
        throw new RuntimeException("$url does not answer");
    }
    $body = json_decode($answer, true, 512, JSON_THROW_ON_ERROR);
    if (!isset($body['url'])) {
        throw new RuntimeException("{$body['status']} {$body['code']}: {$body['detail']}");
    }
    return $body['url'];
}

function base64url(string $raw): string
{
    return rtrim(strtr(base64_encode($raw), '+/', '-_'), '=');
}

function setting(string $name): string
{
    return getenv($name) ?: throw new RuntimeException("$name is not set");
}

function main(array $words): string
{
    $command = array_shift($words);
    return match ([$command, count($words)]) {
        ['v1', 1] => identity_hash(setting('BURSAR_IDENTITY_SECRET'), $words[0]),
        ['v2', 2] => identity_token(
            setting('BURSAR_IDENTITY_KEY_ID'),
            setting('BURSAR_IDENTITY_SECRET'),
            setting('BURSAR_VENDOR'),
            setting('BURSAR_MODE'),
            ...$words
        ),
        ['portal-session', 1] => portal_session_url(setting('BURSAR_URL'), setting('BURSAR_API_KEY'), $words[0]),
        default => throw new RuntimeException('usage: v1 SUBJECT | v2 email|customer_id ID | portal-session CUSTOMER'),
    };
}

if (PHP_SAPI === 'cli' && realpath($argv[0]) === __FILE__) {
    try {
        echo main(array_slice($argv, 1)), "\n";
    } catch (RuntimeException $error) {
        fwrite(STDERR, $error->getMessage() . "\n");
        exit(1);
    }
}
