# Signs a customer's identity for Bursar and opens portal sessions. Runs on your server, never in a browser.

require "base64"
require "json"
require "net/http"
require "openssl"
require "securerandom"

# v1: no expiry. The subject is the e-mail address or customer id, exactly as your page sends it.
def identity_hash(secret, subject)
  OpenSSL::HMAC.hexdigest("SHA256", secret, subject)
end

# v2: good once, for five minutes. id_type is "email" or "customer_id".
def identity_token(key_id:, secret:, vendor:, mode:, id_type:, id:)
  now = Time.now.to_i # whole seconds
  claims = {
    vendor: vendor,
    mode: mode,
    id_type: id_type,
    id: id,
    iat: now,
    exp: now + 300,
    jti: SecureRandom.urlsafe_base64(16),
    aud: "portal",
  }
  signed = "v2.#{key_id}.#{base64url(JSON.generate(claims))}"
  mac = OpenSSL::HMAC.digest("SHA256", secret, "bursar-identity-v2\n#{signed}")
  "#{signed}.#{base64url(mac)}"
end

# A one-time address: redirect the customer's browser to it at once.
def portal_session_url(url:, api_key:, customer:)
  headers = { "Authorization" => "Bearer #{api_key}", "Content-Type" => "application/json" }
  answer = Net::HTTP.post(URI("#{url}/v1/portal_sessions"), JSON.generate(customer: customer), headers)
  body = JSON.parse(answer.body)
  abort("#{answer.code} #{body["code"]}: #{body["detail"]}") unless answer.is_a?(Net::HTTPSuccess)
  body["url"]
end

def base64url(raw)
  Base64.urlsafe_encode64(raw, padding: false)
end

def setting(name)
  value = ENV.fetch(name, "")
  value.empty? ? abort("#{name} is not set") : value
end

def main(command = nil, *words)
  case [command, words.length]
  when ["v1", 1]
    identity_hash(setting("BURSAR_IDENTITY_SECRET"), words[0])
  when ["v2", 2]
    identity_token(
      key_id: setting("BURSAR_IDENTITY_KEY_ID"),
      secret: setting("BURSAR_IDENTITY_SECRET"),
      vendor: setting("BURSAR_VENDOR"),
      mode: setting("BURSAR_MODE"),
      id_type: words[0],
      id: words[1],
    )
  when ["portal-session", 1]
    portal_session_url(url: setting("BURSAR_URL"), api_key: setting("BURSAR_API_KEY"), customer: words[0])
  else
    abort("usage: v1 SUBJECT | v2 email|customer_id ID | portal-session CUSTOMER")
  end
end

puts main(*ARGV) if $PROGRAM_NAME == __FILE__
