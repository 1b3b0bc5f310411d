<?php
/**
 * Plugin Name: Bursar billing portal
 * Description: Shows the signed-in user's purchases, subscriptions and invoices: [bursar_billing] on any page.
 * Version: 1.0.0
 * Requires PHP: 8.1
 *
 * Settings, in wp-config.php:
 *   define('BURSAR_URL', 'https://billing.example');
 *   define('BURSAR_WIDGET', 'pcfg_…');
 *   define('BURSAR_IDENTITY_SECRET', '…');   // never in a page, a theme or a repository
 */

defined('ABSPATH') || exit;

/** The widget for whoever is signed in to this site; for a visitor, the widget that asks for an address. */
function bursar_billing(): string
{
    wp_enqueue_script('bursar', BURSAR_URL . '/embed/v1.js', [], null, ['strategy' => 'async', 'in_footer' => true]);
    $data = ['data-bursar' => BURSAR_WIDGET];
    if (is_user_logged_in()) {
        $email = wp_get_current_user()->user_email;
        $data['data-email'] = $email;
        $data['data-hash'] = hash_hmac('sha256', $email, BURSAR_IDENTITY_SECRET);
    }
    $attributes = '';
    foreach ($data as $name => $value) {
        $attributes .= sprintf(' %s="%s"', $name, esc_attr($value));
    }
    return "<div{$attributes}></div>";
}

add_shortcode('bursar_billing', 'bursar_billing');
