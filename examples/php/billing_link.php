<?php

// "Billing & Payment" in five steps: a link on your settings page that leads your own customer into the portal.

declare(strict_types=1);

require __DIR__ . '/bursar.php';

const SIGNED_IN = ['session-of-mira' => 'mira']; // your own sessions, by cookie
$customers = ['mira' => setting('BURSAR_CUSTOMER')]; // your own users' ids in Bursar

$user = SIGNED_IN[$_COOKIE['session'] ?? ''] ?? null; // 2. check your own login, always
if ($user === null) {
    http_response_code(401);
    echo 'Sign in first.';
} elseif ($_SERVER['REQUEST_URI'] === '/settings') { // 1. the link
    echo '<a href="/billing-and-payment">Billing &amp; Payment</a>';
} elseif ($_SERVER['REQUEST_URI'] === '/billing-and-payment') {
    $customer = $customers[$user]; // 3. look the customer's id up, never take it from the request
    $url = portal_session_url(setting('BURSAR_URL'), setting('BURSAR_API_KEY'), $customer); // 4. make the address
    header('Cache-Control: no-store');
    header("Location: $url", true, 303); // 5. and go there: it works once, for five minutes
} else {
    http_response_code(404);
}
