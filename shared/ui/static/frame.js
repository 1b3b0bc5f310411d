/* The script of an embed's frame, one file: the gateway puts in the parts (gateway/everywhere.conf), in this order. */
<!--# include virtual="/static/app.js" -->
<!--# include virtual="/static/embed/frame/messages.js" -->
<!--# include virtual="/static/embed/frame/session.js" -->
<!--# include virtual="/static/embed/frame/names.js" -->
<!--# include virtual="/static/embed/frame/guard.js" -->
<!--# include virtual="/static/embed/frame/pages.js" -->
<!--# include virtual="/static/embed/frame/windows.js" -->
<!--# include virtual="/static/embed/frame/sign_in.js" -->
<!--# include virtual="/static/embed/frame/main.js" -->
