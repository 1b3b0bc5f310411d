package main

import "net/http"

var signedIn = map[string]string{"session-of-mira": "mira"} // your own sessions, by cookie

// billingLink is "Billing & Payment" in five steps: a link on your settings page that leads your own customer into the
// portal.
func billingLink(port string) error {
	customers := map[string]string{"mira": setting("BURSAR_CUSTOMER")} // your own users' ids in Bursar
	site := func(response http.ResponseWriter, request *http.Request) {
		cookie, err := request.Cookie("session")
		if err != nil || signedIn[cookie.Value] == "" { // 2. check your own login, always
			http.Error(response, "Sign in first.", http.StatusUnauthorized)
			return
		}
		switch request.URL.Path {
		case "/settings": // 1. the link
			response.Header().Set("Content-Type", "text/html")
			_, _ = response.Write([]byte(`<a href="/billing-and-payment">Billing &amp; Payment</a>`))
		case "/billing-and-payment":
			customer := customers[signedIn[cookie.Value]]                                            // 3. look the id up, never take it from the request
			url, err := PortalSessionURL(setting("BURSAR_URL"), setting("BURSAR_API_KEY"), customer) // 4. make the address
			if err != nil {
				http.Error(response, err.Error(), http.StatusBadGateway)
				return
			}
			response.Header().Set("Cache-Control", "no-store")
			http.Redirect(response, request, url, http.StatusSeeOther) // 5. and go there: it works once, for five minutes
		default:
			http.NotFound(response, request)
		}
	}
	return http.ListenAndServe("127.0.0.1:"+port, http.HandlerFunc(site))
}
