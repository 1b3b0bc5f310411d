"""What portal decides, a line a file.

policy                     may this customer do this action on this subscription here
assurance                  which actions need a verified, recent sign-in
confirmation               is this the very thing that was shown and agreed to
products/visibility        which purchases show in a portal
customers/details          which details a customer may have, and in what form
customers/own_details      which of them a portal lets customers change
customers/postal           which fields an address has in a country, and how it is printed
customers/tax_id           is this a tax id of this country
subscriptions/lifecycle    the states, and the moves allowed between them
subscriptions/period       periods with month-end anchors
subscriptions/renewal      what is charged next, and when
subscriptions/due          when the clock looks at it again
subscriptions/turn         what the clock does then
subscriptions/trial        when the end of a trial or a pause is announced
subscriptions/cancellation may it be canceled, and when does it end
subscriptions/undo         may a scheduled cancel be taken back
payments/dunning           when a failed payment is tried again, and what if never
payments/card_expiry       when a card is warned of
payments/granting          what the vendor may take back of a credit
payments/recording         what a payment taken elsewhere consists of
portals/wallet             may customers top up their credit, and by how much
portals/configuration      is a portal complete and fair
sources/support            who bills, what each can do, and which key opens it
sources/facts              what another billing source has, in our words
sources/standing           where a subscription stands that another source bills
sources/paid               what is printed of an invoice that was paid there
operations/billing         how a vendor bills: its defaults, and what a setting may be
operations/test_clock      to which moment a test clock may be moved
operations/import_row      is an imported row usable, and what it becomes
"""
