"""What portal decides, a line a file.

policy                     may this customer do this action on this subscription here
assurance                  which actions need a verified, recent sign-in
confirmation               is this the very thing that was shown and agreed to
products/visibility        which purchases show in a portal
customers/details          which details a customer may have, and in what form
subscriptions/lifecycle    the states, and the moves allowed between them
subscriptions/period       periods with month-end anchors
subscriptions/renewal      what is charged next, and when
subscriptions/cancellation may it be canceled, and when does it end
subscriptions/undo         may a scheduled cancel be taken back
payments/recording         what a payment taken elsewhere consists of
portals/configuration      is a portal complete and fair
operations/import_row      is an imported row usable, and what it becomes
"""
