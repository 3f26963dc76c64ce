# One new file in plugins/cells, or in plugins/schedules, is the only edit of each: a copy of the tree is
# configured, then the files are put there, then the plugins are built without configuring by hand.
include(${CMAKE_CURRENT_LIST_DIR}/steps.cmake)

set(double OFF)
if(KIT_DOUBLE)
  set(double ON)
endif()
configure_copy(-DRONDO_DOUBLE=${double})
configure_file(${SOURCE}/plugins/cells/TEMPLATE.c.txt ${FOLDER}/tree/plugins/cells/mycell.c COPYONLY)
configure_file(${SOURCE}/plugins/schedules/TEMPLATE.c.txt ${FOLDER}/tree/plugins/schedules/myschedule.c COPYONLY)
file(COPY ${CMAKE_CURRENT_LIST_DIR}/every_other.c DESTINATION ${FOLDER}/tree/plugins/schedules)
run(${CMAKE_COMMAND} --build ${FOLDER}/build --target rondo_plugins)
check_plugin(${FOLDER}/build cells/mycell.so ${KIT} "${KIT_DOUBLE}")
check_plugin(${FOLDER}/build schedules/myschedule.so ${KIT} "${KIT_DOUBLE}")
check_plugin(${FOLDER}/build schedules/every_other.so ${KIT} "${KIT_DOUBLE}")

# The schedule in use: found, described, checked, trained with, stopped and gone on with.
set(PLUGINS --plugins ${FOLDER}/build/plugins)
file(WRITE ${FOLDER}/c.yaml "behavior_version: 1
data: {format: generated, generator: {name: reber, count: 8, valid: 4, test: 4}, batch_size: 4}
model: {input: one_hot, layers: [{cell: mycell, hidden: 4}]}
optimizer: {name: sgd, learning_rate: 1.0}
schedule: {name: myschedule, options: {power: 1.0}}
train: {epochs: 4, log_every: 1}
output: {folder: run, checkpoint_every: {steps: 1}}
")
rondo(0 list "schedule +myschedule +[^\n]*/schedules/myschedule.so")
rondo(0 "describe schedule myschedule" "power: 0.9\n")
rondo(0 "check c.yaml" parameters)
rondo(2 "check c.yaml --set schedule.options.powr=2" "myschedule allows: power; did you mean power")
rondo(3 "train c.yaml --set train.max_minutes=1e-9")
rondo(0 "train c.yaml --resume")
function(check_rates run expected)
  file(STRINGS ${FOLDER}/${run}/metrics.jsonl lines REGEX "\"kind\": *\"train\"")
  set(rates "")
  foreach(line IN LISTS lines)
    string(REGEX REPLACE ".*\"learning_rate\": *([0-9.]+).*" "\\1" rate "${line}")
    list(APPEND rates ${rate})
  endforeach()
  if(NOT rates STREQUAL expected)
    message(FATAL_ERROR "learning rates ${rates}")
  endif()
endfunction()
check_rates(run "1;0.875;0.75;0.625;0.5;0.375;0.25;0.125")

# One with a state: what it remembers of the validations is there after a stop, too.
rondo(0 "describe schedule every_other" "state kept between validations: seen")
set(other "--set 'schedule={name: every_other}' --output other")
rondo(0 "train c.yaml ${other} --set train.max_steps=5" "step 5")
rondo(0 "train c.yaml ${other} --resume" "resuming [^\n]* step 5")
check_rates(other "1;1;1;1;0.5;0.5;0.5;0.5")
