# "Billing & Payment" in five steps: a link on your settings page that leads your own customer into the portal.

require "webrick" # outside of Debian: gem install webrick
require_relative "bursar"

SIGNED_IN = { "session-of-mira" => "mira" }.freeze # your own sessions, by cookie
CUSTOMERS = { "mira" => setting("BURSAR_CUSTOMER") }.freeze # your own users' ids in Bursar

site = WEBrick::HTTPServer.new(BindAddress: "127.0.0.1", Port: setting("PORT").to_i, AccessLog: [])
site.mount_proc("/") do |request, response|
  user = SIGNED_IN[request.cookies.find { |cookie| cookie.name == "session" }&.value] # 2. check your own login, always
  if user.nil?
    response.status = 401
    response.body = "Sign in first."
  elsif request.path == "/settings" # 1. the link
    response.content_type = "text/html"
    response.body = '<a href="/billing-and-payment">Billing &amp; Payment</a>'
  elsif request.path == "/billing-and-payment"
    customer = CUSTOMERS.fetch(user) # 3. look the customer's id up, never take it from the request
    url = portal_session_url( # 4. make the address
      url: setting("BURSAR_URL"), api_key: setting("BURSAR_API_KEY"), customer: customer
    )
    response.status = 303 # 5. and go there: it works once, for five minutes
    response["Location"] = url
    response["Cache-Control"] = "no-store"
  else
    response.status = 404
  end
end
trap("TERM") { site.shutdown }
site.start
