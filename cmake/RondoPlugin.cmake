function(rondo_add_plugins)
endfunction()
